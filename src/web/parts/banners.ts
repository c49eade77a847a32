import { html } from 'hono/html';
import type { Halt } from '../../store/facts.ts';
import { may, type Visitor } from '../session/visitor.ts';
import type { Html } from './html.ts';

/** What every page says of the whole instance. */
export interface Instance {
  readonly halt: Halt | null;
  /** The queue hands out nothing. */
  readonly paused: boolean;
}

/** What keeps agents from starting, and pages from being whole: nobody should wonder why there is nothing. */
export function banners({ halt, paused }: Instance, visitor: Visitor): Html {
  return html`${halt ? haltBanner(halt, visitor) : ''} ${paused ? pauseBanner(visitor) : ''} ${forgeBanner(visitor)}`;
}

/** Who looks after the instance, and why they halted it, is theirs who may see all of it. */
function haltBanner({ actor, reason }: Halt, visitor: Visitor): Html {
  return html`<div class="banner">
    <p>
      <strong>Halted</strong>${visitor.scope === 'everything' ? ` by ${actor}: ${reason}` : ''}. Nothing new starts; what is at work goes
      on.
    </p>
    ${may(visitor, 'admin') ? html`<a class="button" data-dialog href="/instance/lift-halt">Lift the halt…</a>` : ''}
  </div>`;
}

function pauseBanner(visitor: Visitor): Html {
  return html`<div class="banner">
    <p><strong>The queue is paused.</strong> Workers take nothing from it; what is at work goes on.</p>
    ${may(visitor, 'operator') ? html`<a class="button" data-dialog href="/instance/resume">Let it go on…</a>` : ''}
  </div>`;
}

function forgeBanner({ forge, isPartial, scope, person }: Visitor): Html {
  if (isPartial)
    return html`<div class="banner">
      <p>
        <strong>Some repositories may be missing.</strong> ${forge} does not say now what ${person.login} may do in all of them. It is asked
        again when you reload; if it goes on, see whether ${forge} answers, and whether Signalbox’s account may ask it for permissions.
      </p>
    </div>`;
  if (scope.length > 0) return html``;
  return html`<div class="banner">
    <p>
      <strong>There is nothing that you may see.</strong> ${person.login} on ${forge} sees the repositories with agents to which they may
      write, and the private ones that they may read.
    </p>
  </div>`;
}
