import { createGithub } from '../../../src/forge/github/github.ts';
import { describeForge } from '../../contract/forge.ts';
import { describeSignIn } from '../../contract/sign-in.ts';
import { settingsFor, startGithubWorld } from './world.ts';

describeForge('GitHub', startGithubWorld);
describeSignIn('GitHub', async () => {
  const world = await startGithubWorld();
  const { github } = world;
  return {
    standIn: github,
    open: (oauth) => createGithub(settingsFor(github, { oauth })),
    addUser: (login) => void github.addUser(login),
    userPath: '/user',
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
});
