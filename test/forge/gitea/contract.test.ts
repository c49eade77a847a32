import { createGitea } from '../../../src/forge/gitea/gitea.ts';
import { describeForge } from '../../contract/forge.ts';
import { describeSignIn } from '../../contract/sign-in.ts';
import { settingsFor, startGiteaWorld } from './world.ts';

describeForge('Gitea', startGiteaWorld);
describeForge('Forgejo', () => startGiteaWorld({ forgejo: true }));
describeSignIn('Gitea', async () => {
  const world = await startGiteaWorld();
  const { gitea } = world;
  return {
    standIn: gitea,
    open: (oauth) => createGitea(settingsFor(gitea, { oauth })),
    addUser: (login) => void gitea.addUser(login),
    userPath: '/api/v1/user',
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
});
