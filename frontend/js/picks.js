// Rows that can be picked: all of the page by the box in the head, a range with Shift, one with x while its
// link has the focus; the bar says how many and offers all that the list finds. A form is sent once.

const boxes = (form) => [...document.querySelectorAll(`[data-pick][form="${form.id}"]`)];
let last = null;

function tell(form) {
  const all = boxes(form);
  const picked = all.filter((box) => box.checked).length;
  const which = form.querySelector('[data-bulk-which]');
  const matching = which.value === 'matching';
  const head = document.querySelector(`[data-pick-all="${form.id}"]`);
  if (head) {
    head.checked = matching || (all.length > 0 && picked === all.length);
    head.indeterminate = !matching && picked > 0 && picked < all.length;
  }
  const count = form.querySelector('[data-bulk-count]');
  count.textContent = picked ? `${count.dataset.selected} ${matching ? count.dataset.all : picked}` : '';
  const more = form.querySelector('[data-bulk-matching]');
  if (more) more.hidden = matching || picked < all.length || !picked;
  form.classList.toggle('is-on', picked > 0);
}

function choose(form, wanted) {
  form.querySelector('[data-bulk-which]').value = wanted;
  tell(form);
}

function pick(form, wanted) {
  for (const box of boxes(form)) box.checked = wanted;
  choose(form, 'picked');
}

document.addEventListener('click', (event) => {
  const box = event.target.closest('[data-pick]');
  if (box && event.shiftKey && last && last !== box && last.form === box.form) {
    const all = boxes(box.form);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  if (box) last = box;
  const form = event.target.closest('form[data-bulk]');
  if (form && event.target.closest('[data-bulk-clear]')) pick(form, false);
  if (form && event.target.closest('[data-bulk-matching]')) choose(form, 'matching');
});

document.addEventListener('change', (event) => {
  const head = event.target.closest('[data-pick-all]');
  if (head) pick(document.getElementById(head.dataset.pickAll), head.checked);
  else if (event.target.matches('[data-pick]') && event.target.form) choose(event.target.form, 'picked');
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = event.target.closest?.('.k-table-picks tbody tr')?.querySelector('[data-pick]');
  if (!box || event.target.matches('input[type=text], textarea, select')) return;
  event.preventDefault();
  box.click();
});

// The second of two hurried submits goes nowhere; the server would not do it twice either.
document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-bulk], form[data-once]');
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
});

const adopt = () => document.querySelectorAll('form[data-bulk]').forEach(tell);
adopt();
document.addEventListener('htmx:after:swap', adopt);
// The browser's back button shows the page as it was left: boxes ticked, the form unsent.
window.addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent);
  adopt();
});
