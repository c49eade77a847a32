import type Docker from 'dockerode';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { buildImageStep, statusOf, unreachableNextStep } from './errors.ts';

const patienceMs = 5_000;

/** What it does not say, or says in another form, is unknown. */
const Flag = z.boolean().optional().catch(undefined);
const EngineInfo = z.object({ ServerVersion: z.string().optional().catch(undefined), MemoryLimit: Flag, PidsLimit: Flag });

export async function checkDocker(docker: Docker, image: string): Promise<{ ok: boolean; detail: string }> {
  let info: z.infer<typeof EngineInfo>;
  try {
    info = EngineInfo.parse(await answered(docker.info()));
  } catch (error) {
    return { ok: false, detail: `The Docker engine does not answer (${messageOf(error)}). ${unreachableNextStep(error)}` };
  }
  const engine = `Docker ${info.ServerVersion ?? '(unknown version)'}`;
  // An engine without these ignores the limits without a word, for example a rootless one without cgroup delegation.
  if (info.MemoryLimit === false || info.PidsLimit === false) {
    return {
      ok: false,
      detail: `${engine} cannot limit memory or processes on this machine. Give it cgroup v2 with delegation: https://docs.docker.com/engine/security/rootless/tips/#limiting-resources`,
    };
  }
  try {
    await answered(docker.getImage(image).inspect());
  } catch (error) {
    if (statusOf(error) === 404)
      return { ok: false, detail: `${engine} answers, but the image ${image} is missing. ${buildImageStep(image)}` };
    return { ok: false, detail: `${engine} answers, but not about the image ${image}: ${messageOf(error)}` };
  }
  return { ok: true, detail: `${engine}, image ${image}` };
}

async function answered<T>(request: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
  }
}
