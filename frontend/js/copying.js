// <button data-copy="id"> puts the value of that field on the clipboard; without a clipboard it is selected.

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.classList.add('is-done');
  } catch {
    field.focus();
  }
});
