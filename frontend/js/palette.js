// The command palette: Ctrl-K, type, arrows, Enter. The server finds; the list holds plain links.

import { chooseTheme } from './appearance.js';
import { openDialog } from './menus.js';

const dialog = document.getElementById('palette');
const input = dialog?.querySelector('input');
const list = document.getElementById('palette-list');
const HERE = {
  '#theme-light': () => chooseTheme('light'),
  '#theme-dark': () => chooseTheme('dark'),
  '#keys': () => openDialog('keys'),
};

let asked = 0;
let timer;

const options = () => [...list.querySelectorAll('[role=option]')];

function select(option) {
  for (const other of options()) other.setAttribute('aria-selected', String(other === option));
  if (!option) return input.removeAttribute('aria-activedescendant');
  option.id ||= `palette-${options().indexOf(option)}`;
  input.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

async function ask() {
  const mine = ++asked;
  try {
    const answer = await fetch(`${input.dataset.url}?q=${encodeURIComponent(input.value.trim())}`, { headers: { 'HX-Request': 'true' } });
    if (mine !== asked || !answer.ok) return;
    list.innerHTML = await answer.text();
    select(options()[0]);
  } catch {
    list.replaceChildren(document.getElementById('drawer-failed').content.cloneNode(true));
  }
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  input.value = '';
  list.replaceChildren();
  dialog.showModal();
  input.focus();
  ask();
}

if (dialog) {
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-palette]') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openPalette();
  });
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
  input.addEventListener('keydown', (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute('aria-selected') === 'true');
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined && all.length && !(event.key === 'Home' || event.key === 'End') | (event.ctrlKey)) {
      event.preventDefault();
      select(all[(to + all.length) % all.length]);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      all[at]?.click();
    }
  });
  list.addEventListener('pointermove', (event) => {
    const option = event.target.closest('[role=option]');
    if (option && option.getAttribute('aria-selected') !== 'true') select(option);
  });
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role=option]');
    const here = HERE[option?.getAttribute('href')];
    if (!here) return;
    event.preventDefault();
    dialog.close();
    here();
  });
}
