import type Docker from 'dockerode';
import type { Creations } from '../creations.ts';
import type { SandboxUser } from '../user.ts';

/** What containers are made and removed with. */
export interface Workshop {
  readonly docker: Docker;
  readonly image: string;
  readonly instanceId: string;
  readonly user: SandboxUser;
  /** How long a removal is tried. */
  readonly removalMs: number;
  readonly creations: Creations;
}
