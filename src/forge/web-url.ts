/** A page of the repository. */
export type WebPath = { number: number } | { commit: string } | { branch: string };

/** Forges lead `/issues/n` on to the pull request where n is one. `branches` is what stands before a branch's name. */
export function webUrl(origin: string, branches: 'tree' | 'src/branch', repository: string, path: WebPath): string {
  const page = `${origin}/${repository}`;
  if ('number' in path) return `${page}/issues/${path.number}`;
  if ('commit' in path) return `${page}/commit/${path.commit}`;
  return `${page}/${branches}/${path.branch.split('/').map(encodeURIComponent).join('/')}`;
}
