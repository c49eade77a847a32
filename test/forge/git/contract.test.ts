import { describePlainGit } from '../../contract/plain-git.ts';
import { startGitWorld } from './world.ts';

describePlainGit('Plain git', startGitWorld);
