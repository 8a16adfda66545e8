// What the portal does at each command of a frame. A function gets the arguments, the frame and the key, and gives the answer; `unanswered` gives none.

import { card, choose, closeSlider, element, openSlider } from './dialogs.js';
import { Frame } from './frames.js';

/** The commands that a portal never answers, or answers by going away. */
export const unanswered = Symbol('unanswered');

const closed = { result: 'close' };

/** @param portal the page: its texts, its people, and what it can do with itself */
export function commandsOf(portal) {
  const listeners = new Map();
  const { text, ask, post } = portal;

  const commands = {
    getInitData: (_, frame) => frame.opening.init,
    refreshAuth: (_, frame) => post('tokens', { userId: frame.request.userId }),
    setInstall: () => undefined,
    async setInstallFinish(_, frame) {
      await post('finished', { userId: frame.request.userId });
      await portal.reload();
      return unanswered;
    },

    resizeWindow({ width, height }, frame) {
      if (height > 0) {
        frame.element.style.height = `${height}px`;
        frame.element.style.width = width > 0 ? `${width}px` : '100%';
      }
      return undefined;
    },
    setTitle({ title }) {
      document.getElementById('pagetitle').textContent = title;
    },
    setScroll({ scroll }) {
      window.scrollTo(0, scroll);
    },
    async reloadWindow() {
      await portal.reload();
      return unanswered;
    },

    async openPath({ path }) {
      const found = await ask('record', { path: new URL(path, location.origin).pathname });
      if (found === null) {
        return { result: 'error', errorCode: 'PATH_NOT_AVAILABLE' };
      }
      await openSlider(found.title, text('Close'), card(found));
      return closed;
    },
    async openApplication(parameters, frame) {
      const options = Object.fromEntries(Object.entries(parameters ?? {}).filter(([name]) => !name.startsWith('bx24_')));
      const request = { ...frame.request, placement: undefined, options: { ...options, IFRAME: 'Y' } };
      const opening = await post('openings', request);
      const place = element('div', { className: 'frame' });
      const inner = new Frame(opening, request, text('Application'));
      portal.frames.add(inner);
      const done = openSlider(parameters?.bx24_title ?? text('Application'), text('Close'), place);
      inner.openIn(place);
      await done;
      portal.frames.delete(inner);
      return closed;
    },
    closeApplication() {
      closeSlider();
      return unanswered;
    },

    async selectUser({ mult }) {
      const people = portal.people().map(person => ({
        label: person.name,
        note: person.department,
        value: {
          id: String(person.id), name: person.name, photo: '', position: person.position, url: `/company/personal/user/${person.id}/`, sub: false, sup: false
        }
      }));
      const chosen = await choose(text('SelectUser'), people, mult);
      return mult ? chosen ?? [] : chosen?.[0] ?? null;
    },
    async selectAccess({ value }) {
      const people = [
        { label: text('Everybody'), value: { id: 'AU', name: text('Everybody') } },
        ...portal.people().map(({ id, name }) => ({ label: name, value: { id: `U${id}`, name } }))
      ];
      return await choose(text('SelectAccess'), people.filter(({ value: { id } }) => !(value ?? []).includes(id)), true) ?? [];
    },
    async selectCRM({ entityType, multiple, value }) {
      const records = (await Promise.all((entityType ?? []).map(type => ask('records', { type })))).flat();
      const chosen = await choose(
        text('SelectRecord'), records.map(record => ({ label: record.title, note: record.desc, value: record, isChosen: multiple && isIn(value, record) })), multiple);
      const answer = {};
      for (const record of chosen ?? []) {
        const records = (answer[record.type] ??= {});
        records[Object.keys(records).length] = record;
      }
      return answer;
    },

    setAppOption: ({ name, value }, frame) => post('options', { userId: frame.request.userId, of: 'application', name, value }),
    setUserOption: ({ name, value }, frame) => post('options', { userId: frame.request.userId, of: 'user', name, value }),

    getInterface: () => ({ command: Object.keys(commands), event: ['onSimulatedEvent'] }),
    placementBindEvent({ event }, frame, key) {
      listeners.set(event, [...listeners.get(event) ?? [], value => frame.answer(key, value)]);
    },

    imCallTo: () => unanswered,
    imPhoneTo: () => unanswered,
    imOpenMessenger: () => unanswered,
    imOpenHistory: () => unanswered
  };
  return { commands, fire: (event, value) => (listeners.get(event) ?? []).forEach(tell => tell(value)) };
}

// What was chosen before comes by type, as a list or as a map with numbers for names.
function isIn(value, { type, id }) {
  return Object.values(value?.[type] ?? {}).some(one => (one?.id ?? one) === id);
}
