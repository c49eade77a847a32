import type { Github } from '../../support/github/github.ts';
import type { Courier } from '../courier.ts';
import type { ContainerEvent } from '../engine-log.ts';
import type { Facts } from '../facts.ts';
import type { Asked } from '../model-log.ts';
import type { Push } from '../push-log.ts';
import type { Told } from '../tell.ts';

/** All that is known at the end, from every side. */
export interface Evidence {
  readonly facts: Facts;
  readonly told: readonly Told[];
  readonly github: Github;
  readonly courier: Courier;
  readonly asked: readonly Asked[];
  /** By repository. */
  readonly pushes: ReadonlyMap<string, readonly Push[]>;
  readonly engine: readonly ContainerEvent[];
  /** Where commands of the agents wrote down when they ran; null in containers. */
  readonly beats: string | null;
}
