import { createDockerEngine } from './docker/engine.ts';
import type { DockerEngineOptions } from './docker/engine.ts';
import { createProcessEngine } from './process/engine.ts';
import type { ProcessEngineOptions } from './process/engine.ts';
import type { SandboxEngine } from './sandbox.ts';

export { sandboxUser } from './user.ts';

export type SandboxEngineOptions = ({ kind: 'docker' } & DockerEngineOptions) | ({ kind: 'process' } & ProcessEngineOptions);

export function createSandboxEngine(options: SandboxEngineOptions): SandboxEngine {
  switch (options.kind) {
    case 'docker':
      return createDockerEngine(options);
    case 'process':
      return createProcessEngine(options);
  }
}
