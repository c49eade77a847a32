import type { Tool } from '../tool.ts';
import { bash } from './bash.ts';
import { edit } from './edit.ts';
import { submit } from './submit.ts';

/** What every agent is given. The order is part of the prompt, and of what the service caches. */
export const TOOLS: readonly Tool[] = [bash, edit, submit];
