// Shows the page that asks whether something is meant as a dialog, over the page on which it was asked for.

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-dialog]') : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented) return;
  event.preventDefault();
  questionAt(link.href).then(
    (form) => (form ? ask(form, link) : location.assign(link.href)),
    () => location.assign(link.href),
  );
});

/** null: the page asks nothing, because nobody is signed in, or there is nothing to ask. */
async function questionAt(address) {
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-confirm]');
}

function ask(form, link) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'question');
  dialog.append(form);
  document.body.append(dialog);
  form.querySelector('[data-cancel]').addEventListener('click', (click) => {
    click.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    link.focus();
  });
  dialog.showModal();
}
