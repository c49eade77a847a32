import type { Place } from '../../store/scope.ts';
import type { TaskRow } from '../../store/task-rows.ts';
import type { Action } from './action.ts';
import { halt, liftHalt } from './halt.ts';
import { killAll, killAllThere } from './kill-all.ts';
import { kill } from './kill.ts';
import { pause, resume } from './pause.ts';
import { priority } from './priority.ts';
import { retry } from './retry.ts';
import { stop } from './stop.ts';

export const TASK_ACTIONS: readonly Action<TaskRow>[] = [kill, stop, retry, priority];
export const INSTANCE_ACTIONS: readonly Action<null>[] = [halt, liftHalt, pause, resume, killAll];
export const REPOSITORY_ACTIONS: readonly Action<Place>[] = [killAllThere];
