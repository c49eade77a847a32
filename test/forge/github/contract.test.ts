import { describeForge } from '../../contract/forge.ts';
import { startGithubWorld } from './world.ts';

describeForge('GitHub', startGithubWorld);
