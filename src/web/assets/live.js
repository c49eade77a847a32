// Keeps a page up to date while somebody looks at it. Everything works without it too.
import { become } from './become.js';

/** Milliseconds between two looks, however much happens. */
const REST_MS = 400;
/** Ages are written by the server, and grow. */
const BEAT_MS = 15_000;
const AGAIN_MS = 10_000;

/** Where a page says whether it is live; there is none on a page that does not change. */
const sign = document.querySelector('#live');
/** @type {EventSource | null} */
let source = null;
let isLooking = false;
let isWanted = false;
let beat = 0;

if (sign) {
  say('wait', 'connecting');
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  open();
}
forgetNotice();

/** A page that nobody looks at holds no connection: a browser has few of them. */
function open() {
  if (source || document.hidden) return;
  const { live: query, types } = sign.dataset;
  source = new EventSource(`/agents/events${query === '' ? '' : `?${query}`}`);
  source.addEventListener('open', () => {
    say('on', 'live');
    look();
  });
  source.addEventListener('error', lost);
  for (const type of types.split(' ')) source.addEventListener(type, look);
  beat = setInterval(look, BEAT_MS);
}

function close() {
  source?.close();
  source = null;
  clearInterval(beat);
}

/** A browser comes again by itself, until it is refused; then it is ours to try. */
function lost() {
  say('off', 'not live, connecting again');
  if (source?.readyState !== EventSource.CLOSED) return;
  close();
  setTimeout(open, AGAIN_MS);
}

function say(state, words) {
  if (sign.dataset.state === state) return;
  sign.dataset.state = state;
  sign.textContent = words;
}

/** Asks for the page again, one question at a time, and a rest after each. */
function look() {
  isWanted = true;
  if (isLooking) return;
  isLooking = true;
  isWanted = false;
  refresh()
    .catch(() => say('off', 'not live, the server does not answer'))
    .finally(() => setTimeout(rested, REST_MS));
}

function rested() {
  isLooking = false;
  if (isWanted) look();
}

/** Puts what has changed in its place. Of what only grows, the server is asked for the new part alone. */
async function refresh() {
  const address = new URL(location.href);
  const grows = document.querySelector('[data-grows]');
  if (grows) address.searchParams.set('from', grows.dataset.next);
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  // Somebody who is not signed in any more is led elsewhere.
  if (answer.redirected) return location.reload();
  if (!answer.ok) return say('off', 'not live, the server cannot answer now');
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  become(document.querySelector('main'), fresh.querySelector('main'));
  document.title = fresh.title;
  if (source?.readyState === EventSource.OPEN) say('on', 'live');
}

/** What is said once is not said again when the page is loaded again, or its address is sent to somebody. */
function forgetNotice() {
  const address = new URL(location.href);
  if (!address.searchParams.has('said')) return;
  address.searchParams.delete('said');
  history.replaceState(null, '', address);
}
