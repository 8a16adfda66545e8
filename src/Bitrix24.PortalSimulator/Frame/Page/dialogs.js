// The side slider and the dialog in which something is chosen.

const picker = document.getElementById('picker');

/** Opens a side slider, over those that are open; resolves when the visitor, or the application, closes it. */
export async function openSlider(title, close, content) {
  const slider = element('dialog', { className: 'slider', ariaLabel: title });
  slider.append(
    element('header', {}, element('h2', {}, title), element('button', { type: 'button', className: 'close', onclick: () => slider.close() }, close)), content);
  document.body.append(slider);
  await shown(slider);
  slider.remove();
}

/** Closes the side slider on top. */
export function closeSlider() {
  [...document.querySelectorAll('dialog.slider')].at(-1)?.close();
}

/** Lets the visitor choose; resolves with the values of what he chose, null when he chose not to. */
export async function choose(title, offered, isMultiple) {
  document.getElementById('pickertitle').textContent = title;
  document.getElementById('offered').replaceChildren(...offered.map(({ label, note, isChosen }, index) => {
    const input = Object.assign(document.createElement('input'), { type: isMultiple ? 'checkbox' : 'radio', name: 'offered', value: index, checked: !!isChosen });
    return element('label', {}, input, element('span', {}, label), element('small', {}, note ?? ''));
  }));
  picker.returnValue = '';
  await shown(picker);
  const chosen = [...picker.querySelectorAll('input:checked')].map(input => offered[Number(input.value)].value);
  document.getElementById('offered').replaceChildren();
  return picker.returnValue === '' ? null : chosen;
}

/** The card of a record. */
export function card({ kind, fields }) {
  return element('div', { className: 'card' }, element('p', {}, kind),
    element('dl', {}, ...fields.flatMap(({ name, value }) => [element('dt', {}, name), element('dd', {}, value)])));
}

/** An element with its parts. */
export function element(name, properties, ...parts) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...parts);
  return made;
}

function shown(dialog) {
  return new Promise(resolve => {
    dialog.addEventListener('close', resolve, { once: true });
    dialog.showModal();
  });
}
