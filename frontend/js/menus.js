// Menus are <details>: one open at a time, closed by Escape, by a click elsewhere, walked with the arrows.
// Dialogs are <dialog>: data-dialog="id" opens one, data-close closes the one it is in.

const opened = () => [...document.querySelectorAll('details.k-menu[open]')];

document.addEventListener('click', (event) => {
  const own = event.target.closest('details.k-menu');
  for (const menu of opened()) if (menu !== own) menu.open = false;

  const opener = event.target.closest('[data-dialog]');
  if (opener) {
    opener.closest('details.k-menu')?.removeAttribute('open');
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  event.target.closest('[data-close]')?.closest('dialog')?.close();
  // A click on the backdrop lands on the dialog itself.
  if (event.target instanceof HTMLDialogElement) event.target.close();
  if (event.target.closest('[data-back]')) history.back();
});

document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('details.k-menu[open]');
  if (event.key === 'Escape' && opened().length) {
    for (const open of opened()) open.open = false;
    menu?.querySelector('summary').focus();
  }
  if (!menu || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
  const items = [...menu.querySelectorAll('summary, .k-menu-item')].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
  event.preventDefault();
});

/** Opens the dialog of the keys, the palette's "#keys" too. */
export const openDialog = (id) => document.getElementById(id)?.showModal();
