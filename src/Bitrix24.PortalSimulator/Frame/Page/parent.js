// The portal's page around an application. `window.simulatedPortal` lets programs see what the frame said, and fire an event of its place.

import { commandsOf, unanswered } from './commands.js';
import { element } from './dialogs.js';
import { Frame, harmless, read } from './frames.js';

const stage = document.getElementById('stage');
const visitor = document.getElementById('visitor');
const language = document.getElementById('language');
const query = new URLSearchParams(location.search);

const log = [];
const portal = { frames: new Set(), text: name => state.texts[name], people: () => state.people.flatMap(({ people }) => people), ask, post, reload };
const { commands, fire } = commandsOf(portal);
let state = { texts: {}, people: [], placements: [] };
let placement = query.get('placement') ?? undefined;
window.simulatedPortal = { log, fire };

window.addEventListener('message', async event => {
  const message = read(event.data);
  const frame = message && [...portal.frames].find(one => one.said(event, message));
  if (!frame) {
    return;
  }
  note(message);
  if (Object.hasOwn(commands, message.command)) {
    const answer = await commands[message.command](message.arguments ?? {}, frame, message.key);
    if (answer !== unanswered) {
      frame.answer(message.key, answer);
    }
  }
});
visitor.addEventListener('change', reload);
language.addEventListener('change', reload);
language.value = query.get('language') === 'en' ? 'en' : 'ru';
await reload(query.get('user'));

/** Asks the portal; it answers null when it has no such thing. */
async function ask(what, parameters) {
  return (await fetch(`${what}?${new URLSearchParams({ ...parameters, language: language.value })}`)).json();
}

/** Has the portal do something; it answers null when it refuses. */
async function post(what, body) {
  return (await fetch(what, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
}

/** Draws the page anew and opens what is to be seen. */
async function reload(user) {
  const chosen = typeof user === 'string' ? user : visitor.value;
  state = await ask('state', {});
  document.documentElement.lang = state.language;
  document.title = portal.text('Portal');
  for (const part of document.querySelectorAll('[data-text]')) {
    part.textContent = portal.text(part.dataset.text);
  }
  visitor.replaceChildren(...state.people.map(({ group, people }) => element('optgroup', { label: portal.text(group) }, ...people.map(person =>
    element('option', { value: person.id }, [person.name, person.department || person.position].filter(Boolean).join(' — '))))));
  visitor.value = chosen;
  if (visitor.selectedIndex < 0) {
    visitor.selectedIndex = 0;
  }
  if (!state.placements.some(({ code }) => code === placement)) {
    placement = undefined;
  }
  drawMenu();
  keepAddress();
  await openPage();
}

function drawMenu() {
  const pages = [{ title: portal.text('Application') }, ...state.placements];
  document.getElementById('pages').replaceChildren(...pages.map(({ code, title }) => element('li', {}, element('button', {
    type: 'button',
    ariaCurrent: code === placement ? 'page' : null,
    onclick: () => {
      placement = code;
      drawMenu();
      keepAddress();
      void openPage();
    }
  }, title))));
  document.getElementById('pagetitle').textContent = pages.find(({ code }) => code === placement).title;
}

function keepAddress() {
  const chosen = { user: visitor.value, language: language.value, ...placement && { placement } };
  history.replaceState(null, '', `?${new URLSearchParams(chosen)}`);
}

/** Opens the application's page for the visitor, or says why there is none. */
async function openPage() {
  portal.frames.clear();
  const userId = Number(visitor.value);
  const person = portal.people().find(({ id }) => id === userId);
  if (!state.hasPage) {
    return tell('NoPage');
  }
  if (!state.isInstalled && !person.isAdministrator) {
    return tell('NotInstalled');
  }
  if (!state.isAdded) {
    return tell('MayInstall', element('button', { type: 'button', className: 'main', onclick: () => install(userId) }, portal.text('Install')));
  }
  const request = { userId, language: language.value, placement };
  const opening = await post('openings', request);
  if (opening === null) {
    return tell('Refused');
  }
  const frame = new Frame(opening, request, portal.text('Application'));
  portal.frames.add(frame);
  frame.openIn(stage);
}

async function install(userId) {
  await post('added', { userId });
  await reload();
}

function tell(name, ...parts) {
  stage.replaceChildren(element('div', { className: 'notice' }, element('p', {}, portal.text(name)), ...parts));
}

function note({ command, arguments: said }) {
  const entry = { command, arguments: harmless(said) };
  log.push(entry);
  document.getElementById('said').value = log.length;
  document.getElementById('commands').append(element('li', {}, element('code', {}, command), ' ', element('span', {}, said === null ? '' : JSON.stringify(entry.arguments))));
}
