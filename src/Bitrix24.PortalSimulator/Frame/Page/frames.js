// The wire between the portal and a frame: what is said, by whom, and the answers.

// What a log must not hold.
const secret = /auth|token|refresh/i;

/**
 * Reads what an application said: `command[:arguments]:key:sid`, told apart from the right because arguments are JSON with colons of their own,
 * or an object for commands that contain a colon. Null for anything else.
 */
export function read(data) {
  if (typeof data === 'object' && data !== null && typeof data.method === 'string') {
    return { command: data.method, arguments: data.params || null, key: String(data.callback), sid: String(data.appSid) };
  }
  if (typeof data !== 'string') {
    return null;
  }
  const beforeSid = data.lastIndexOf(':');
  const beforeKey = data.lastIndexOf(':', beforeSid - 1);
  if (beforeSid < 1 || beforeKey < 1) {
    return null;
  }
  const said = data.slice(0, beforeKey);
  const [command] = said.split(':', 1);
  const rest = said.slice(command.length + 1);
  return { command, arguments: rest === '' ? null : value(rest), key: data.slice(beforeKey + 1, beforeSid), sid: data.slice(beforeSid + 1) };
}

/** Arguments without anything that looks like a token. */
export function harmless(value) {
  return JSON.parse(JSON.stringify(value ?? null, (name, part) => (secret.test(name) ? '…' : part)));
}

/** A frame with a page of the application. It is posted to by the name that tells the page who its parent is. */
export class Frame {
  /** @param opening what the portal says of the opening; @param request what it was asked for */
  constructor(opening, request, title) {
    this.opening = opening;
    this.request = request;
    this.element = document.createElement('iframe');
    this.element.name = opening.name;
    this.element.title = title;
  }

  /** Shows it in a place of the page and opens the application's page in it. */
  openIn(place) {
    place.replaceChildren(this.element);
    const form = document.createElement('form');
    const address = new URL(this.opening.address);
    for (const [name, value] of Object.entries(this.opening.query)) {
      address.searchParams.set(name, value);
    }
    Object.assign(form, { method: 'post', action: address.href, target: this.opening.name, hidden: true });
    for (const [name, value] of Object.entries(this.opening.body)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }

  /** Whether a message is this frame's and nobody else's: its window, its origin, its sid. */
  said(event, message) {
    return event.source === this.element.contentWindow && event.origin === this.opening.origin && message.sid === this.opening.sid;
  }

  /** Answers a command; undefined answers nothing but that it was heard. */
  answer(key, value) {
    this.element.contentWindow?.postMessage(`${key}:${value === undefined ? '' : JSON.stringify(value)}`, this.opening.origin);
  }
}

function value(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
