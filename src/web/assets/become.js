/**
 * Makes one element like another, and leaves alone what is the same, so that focus, selection and what is open stay. What has
 * an id is known by it, and what grows has to stand in such a thing; of an element with `data-grows` the parts that the other has are renewed or added, and none is removed.
 */
export function become(now, then) {
  for (const { name, value } of then.attributes) if (!isKept(now, name) && now.getAttribute(name) !== value) now.setAttribute(name, value);
  for (const { name } of Array.from(now.attributes)) if (!isKept(now, name) && !then.hasAttribute(name)) now.removeAttribute(name);
  if (then.hasAttribute('data-grows')) grow(now, then);
  else replaceChildren(now, then);
}

function replaceChildren(now, then) {
  const wanted = new Set(Array.from(then.children, ({ id }) => id));
  let place = now.firstChild;
  for (const child of Array.from(then.childNodes)) {
    // What has a name and is not wanted any more makes room, so that what follows is known again.
    while (place?.id && !wanted.has(place.id)) place = without(place);
    if (!place || !isAlike(place, child)) {
      now.insertBefore(child, place);
      continue;
    }
    const known = place;
    place = place.nextSibling;
    if (known.nodeType === Node.ELEMENT_NODE) become(known, child);
    else if (known.nodeValue !== child.nodeValue) known.nodeValue = child.nodeValue;
  }
  while (place) place = without(place);
}

function grow(now, then) {
  for (const part of Array.from(then.children)) {
    const known = Array.from(now.children).findLast(({ id }) => id === part.id);
    if (known) become(known, part);
    else now.append(part);
  }
}

function without(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** What a reader has opened or typed is theirs. */
function isKept(element, name) {
  return (name === 'open' && element instanceof HTMLDetailsElement) || name === 'value' || name === 'selected';
}

/** Of what has no name, the class says what it is: a box of another kind that comes before must not be taken for this one. */
function isAlike(one, other) {
  if (one.nodeType !== other.nodeType || one.nodeName !== other.nodeName) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return true;
  return one.id === other.id && (one.id !== '' || one.getAttribute('class') === other.getAttribute('class'));
}
