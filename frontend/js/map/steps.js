// Drawing on the map: each step goes to the server, which answers with its undo; what is around the map is renewed.

const token = () => document.querySelector('[name=csrfmiddlewaretoken]')?.value ?? '';

export class Steps {
  constructor(figure, renew) {
    this.figure = figure;
    this.renew = renew;
    this.taken = [];
    this.button = figure.querySelector('[data-map-undo]');
    this.button?.addEventListener('click', () => this.undo());
    // Every undo that is offered while the map is open, also by the drawer, can be taken by its button.
    document.addEventListener('toasts', (event) => {
      for (const item of event.detail.items ?? []) if (item.undo_url) this.keep(item.undo_url);
    });
  }

  keep(url) {
    this.taken.push(url);
    this.button?.removeAttribute('disabled');
  }

  say(text, level, undoUrl = '') {
    document.dispatchEvent(new CustomEvent('toasts', { detail: { items: [{ text, level, undo_url: undoUrl }] } }));
  }

  async send(told) {
    const answer = await this.post(this.figure.dataset.step, told);
    if (!answer) return false;
    const said = await answer.json().catch(() => ({ text: this.figure.dataset.lost }));
    this.say(said.text, answer.ok ? 'good' : 'bad', said.undo_url);
    await this.renew();
    return answer.ok;
  }

  async undo() {
    const url = this.taken.pop();
    if (!url) return this.say(this.figure.dataset.nothing, 'info');
    if (!this.taken.length) this.button?.setAttribute('disabled', '');
    const answer = await this.post(url, {});
    if (!answer?.ok) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const toast of page.querySelectorAll('#toasts > .k-toast')) {
      this.say(toast.querySelector('p').textContent, toast.classList.contains('k-toast-warn') ? 'warn' : 'good');
    }
    return this.renew(page);
  }

  async post(url, told) {
    try {
      return await fetch(url, { method: 'POST', body: new URLSearchParams(told), headers: { 'X-CSRFToken': token() } });
    } catch {
      this.say(this.figure.dataset.lost, 'bad');
      return null;
    }
  }
}

/** Put what `page` says around the map in its place. */
export function renewAround(page) {
  for (const part of document.querySelectorAll('[data-map-region]')) {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceChildren(...document.importNode(fresh, true).childNodes);
  }
  const lead = page.querySelector('.k-lead');
  const here = document.querySelector('#main .k-lead');
  if (lead && here) here.replaceChildren(...document.importNode(lead, true).childNodes);
}
