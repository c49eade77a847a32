// Keeps a page up to date while somebody looks at it, and shows questions as dialogs. Everything works without it too.

const REST_MS = 400;
/** Ages are written by the server, and grow. */
const BEAT_MS = 15_000;
const AGAIN_MS = 10_000;

const sign = document.querySelector('#live');
/** @type {EventSource | null} */
let source = null;
let isLooking = false;
let isWanted = false;
let beat = 0;

if (sign) begin(sign.dataset.live ?? '');
forgetNotice();
document.addEventListener('click', openDialog);

function begin(query) {
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open(query)));
  open(query);
}

function open(query) {
  if (source || document.hidden) return;
  source = new EventSource(`/agents/events${query === '' ? '' : `?${query}`}`);
  source.addEventListener('open', () => {
    say('on', 'live');
    look();
  });
  source.addEventListener('error', () => {
    say('off', 'connecting again');
    // A browser gives up when it is refused; then it is ours to try again.
    if (source?.readyState === EventSource.CLOSED) {
      close();
      setTimeout(open, AGAIN_MS, query);
    }
  });
  source.addEventListener('message', look);
  for (const type of sign.dataset.types?.split(' ') ?? []) source.addEventListener(type, look);
  beat = setInterval(look, BEAT_MS);
}

function close() {
  source?.close();
  source = null;
  clearInterval(beat);
}

function say(state, words) {
  if (sign.dataset.state === state) return;
  sign.dataset.state = state;
  sign.textContent = words;
}

/** Asks for the page again, and puts what has changed in its place: one question at a time, and a rest after each. */
async function look() {
  if (isLooking) {
    isWanted = true;
    return;
  }
  isLooking = true;
  isWanted = false;
  try {
    await refresh();
  } catch {
    say('off', 'the server does not answer');
  }
  setTimeout(() => {
    isLooking = false;
    if (isWanted) look();
  }, REST_MS);
}

async function refresh() {
  const grows = document.querySelector('[data-grows]');
  const address = new URL(location.href);
  if (grows) address.searchParams.set('from', grows.dataset.next);
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  if (answer.redirected) return location.reload();
  if (!answer.ok) return say('off', 'the server cannot answer now');
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [now, then] = [document.querySelector('main'), fresh.querySelector('main')];
  if (now && then) become(now, then);
  document.title = fresh.title;
}

/** Makes one element like another, and leaves alone what is the same, so that focus, selection and what is open stay. */
function become(now, then) {
  for (const { name, value } of then.attributes) if (now.getAttribute(name) !== value && !isKept(now, name)) now.setAttribute(name, value);
  for (const { name } of [...now.attributes]) if (!then.hasAttribute(name) && !isKept(now, name)) now.removeAttribute(name);
  if (then.hasAttribute('data-grows')) return grow(now, then);
  let place = now.firstChild;
  const wanted = new Set([...then.children].map(({ id }) => id).filter((id) => id !== ''));
  for (const child of [...then.childNodes]) {
    // What has a name and is not wanted any more makes room, so that what follows is known again.
    while (place?.id && !wanted.has(place.id)) place = removed(place);
    if (place && isAlike(place, child)) {
      const known = place;
      place = place.nextSibling;
      if (known.nodeType === Node.ELEMENT_NODE) become(known, child);
      else if (known.nodeValue !== child.nodeValue) known.nodeValue = child.nodeValue;
    } else now.insertBefore(child, place);
  }
  while (place) place = removed(place);
}

function removed(node) {
  const { nextSibling } = node;
  node.remove();
  return nextSibling;
}

/** Adds the parts that are new, and renews those that are there. */
function grow(now, then) {
  for (const part of [...then.children]) {
    const known = part.id === '' ? null : document.getElementById(part.id);
    if (known && now.contains(known)) become(known, part);
    else now.append(part);
  }
}

/** What a reader has opened or typed is theirs. */
function isKept(element, name) {
  return (name === 'open' && element instanceof HTMLDetailsElement) || name === 'value';
}

function isAlike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? '') === (other.id ?? '');
}

/** The page that asks whether something is meant, over the page on which it was asked for. */
async function openDialog(event) {
  const link = event.target instanceof Element ? event.target.closest('a[data-dialog]') : null;
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = await questionAt(link.href);
  if (!form) {
    location.assign(link.href);
    return;
  }
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

async function questionAt(address) {
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-confirm]');
  } catch {
    return null;
  }
}

/** What is said once is not said again when the page is loaded again or its address is sent to somebody. */
function forgetNotice() {
  const address = new URL(location.href);
  if (!address.searchParams.has('said')) return;
  address.searchParams.delete('said');
  history.replaceState(null, '', address);
}
