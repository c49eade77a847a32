import type { z } from 'zod';
import type { Origin } from '../../domain/origin.ts';
import type { Role } from '../../domain/role.ts';
import type { Person } from '../../domain/task.ts';
import type { StopRequest } from '../../store/schema.ts';
import type { Html } from '../parts/html.ts';
import type { PageServices } from '../services.ts';
import type { Notice } from './notices.ts';

/**
 * Something that a visitor may ask for with one click and a confirmation. It does what the command and the API of that name
 * do, through the same operation; what came of it is read from the database afterwards.
 */
export interface Action<Target, Form = unknown> {
  /** The end of its address. */
  readonly name: string;
  readonly role: Role;
  /** Of people whom a forge knows, where it takes more: what they may do here is what they may do there. */
  readonly roleOfPeople?: Role;
  /** On the button that does it. */
  readonly verb: string;
  readonly danger: boolean;
  /** Whether it takes a reason, for the audit log and the people on the issue. */
  readonly asksWhy: boolean;
  /** What the form holds beside that. */
  readonly form: z.ZodType<Form>;
  /** What is asked before it is done: it names what will stop or begin. */
  ask(services: PageServices, target: Target): Promise<{ readonly title: string; readonly words: Html; readonly fields?: Html }>;
  perform(services: PageServices, target: Target, asking: Asking, form: Form): Promise<Done>;
}

export interface Done {
  readonly notice: Notice;
  /** Where to go, when it is another task's page. */
  readonly task?: string;
}

export interface Asking extends StopRequest {
  /** Of the request that asks. */
  readonly origin: Origin;
  /** The same as `actor`, with their account. */
  readonly by: Person;
  /** Names this one asking, as a UUID: a form that is sent twice asks once. */
  readonly once: string;
}

/** Without what is the form's alone: the rest is written down. */
export function requestIn({ actor, route, reason }: Asking): StopRequest {
  return { actor, route, reason };
}
