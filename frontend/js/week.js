// The week: a planned visit is dragged to another day, and a form is sent. Without a script each has a form of its own.

let held = null;

const card = (event) => event.target.closest?.('[data-week] [data-move]');
const column = (event) => event.target.closest?.('[data-week] [data-day]');
const unmark = () => document.querySelectorAll('.k-day.is-target').forEach((each) => each.classList.remove('is-target'));

document.addEventListener('dragstart', (event) => {
  held = card(event);
  if (!held) return;
  held.classList.add('is-held');
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', held.dataset.move);
});
document.addEventListener('dragover', (event) => {
  const day = held && column(event);
  if (!day) return;
  event.preventDefault();
  unmark();
  day.classList.add('is-target');
});
document.addEventListener('drop', (event) => {
  const day = held && column(event);
  const form = document.querySelector('form[data-week-move]');
  if (!day || !form) return;
  event.preventDefault();
  if (day.contains(held)) return;
  form.action = held.dataset.move;
  form.elements.day.value = day.dataset.day;
  form.submit();
});
document.addEventListener('dragend', () => {
  held?.classList.remove('is-held');
  unmark();
  held = null;
});
