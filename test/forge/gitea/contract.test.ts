import { describeForge } from '../../contract/forge.ts';
import { startGiteaWorld } from './world.ts';

describeForge('Gitea', startGiteaWorld);
describeForge('Forgejo', () => startGiteaWorld({ forgejo: true }));
