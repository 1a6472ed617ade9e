// Keys: Ctrl-K palette, / search, ? keys, g and a letter goes to a section, j and k walk through rows.

import { openDialog } from './menus.js';
import { openPalette } from './palette.js';

const WAIT_MS = 1200;
let waitingSince = 0;

const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

function walk(step) {
  const links = [...document.querySelectorAll('#main .k-table tbody th a')];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

const KEYS = {
  '/': () => (document.querySelector('dialog[open] [data-search], #main [data-search]') ?? { focus: openPalette }).focus(),
  '?': () => openDialog('keys'),
  g: () => { waitingSince = Date.now(); },
  j: () => walk(1),
  k: () => walk(-1),
};

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('dialog[open]')) return;
  if (Date.now() - waitingSince < WAIT_MS) {
    waitingSince = 0;
    const place = document.querySelector(`.k-nav [data-key="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      place.click();
      return;
    }
  }
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
    return;
  }
  const press = /^[a-z]$/.test(event.key) && document.querySelector(`#main [data-press="${event.key}"]`);
  if (press) {
    event.preventDefault();
    press.click();
  }
});
