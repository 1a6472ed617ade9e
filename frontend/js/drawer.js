// Every figure opens: a link with data-drawer shows its page at the side. Links and forms inside that are
// marked the same way stay inside; everything else leaves to its page. Without a script it is a plain link.

import { htmx } from './requests.js';

const drawer = document.getElementById('drawer');
const body = document.getElementById('drawer-body');

const fill = (id) => body.replaceChildren(document.getElementById(id).content.cloneNode(true));

function show(url) {
  fill('drawer-loading');
  drawer.querySelector('[data-drawer-open]').href = url;
  drawer.querySelector('[data-drawer-title]').textContent = '';
  if (!drawer.open) drawer.showModal();
  htmx.ajax('GET', url, { target: body, swap: 'innerHTML', source: body });
}

if (drawer) {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-drawer]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link.href.baseVal ?? link.href); // a link inside a drawing keeps its address one level deeper
  });

  body.addEventListener('htmx:after:swap', () => {
    const title = body.querySelector('h1');
    drawer.querySelector('[data-drawer-title]').textContent = title?.textContent ?? '';
    drawer.setAttribute('aria-label', title?.textContent ?? '');
    title?.closest('.k-head-title')?.classList.add('k-hidden');
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
  });
  body.addEventListener('k:refused', (event) => {
    const main = event.detail.page.querySelector('main');
    if (main) body.replaceChildren(document.importNode(main, true));
  });
  body.addEventListener('htmx:error', () => fill('drawer-failed'));
  drawer.addEventListener('close', () => body.replaceChildren());
}
