import { createClaude } from './claude/claude.ts';
import type { Model } from './model.ts';

export interface ModelSettings {
  readonly provider: 'claude';
  /** AI_MODEL. */
  readonly name: string;
  readonly apiKey: string;
  /** A gateway or a stand-in; the service's own address when left out. */
  readonly baseUrl?: string | undefined;
  /** How often a transient fault is tried again inside one step; 4 when left out. */
  readonly maxRetries?: number | undefined;
}

export function createModel(settings: ModelSettings): Model {
  switch (settings.provider) {
    case 'claude':
      return createClaude(settings);
  }
}
