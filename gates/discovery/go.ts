import type { GateCommand } from '../gate.ts';
import { REPORTS_FOLDER } from '../gate.ts';
import { judgeFilesOf } from './judge-files.ts';
import type { KnownGate } from './known-tools.ts';
import { hasRootFile } from './repository.ts';
import type { Repository } from './repository.ts';

const PROFILE = `${REPORTS_FOLDER}/cover.out`;

/** Go: its own tool chain; golangci-lint where it is configured. `go list` names the modules' folders for the reader. */
export function findGo(gate: KnownGate, repository: Repository): GateCommand | null {
  if (!repository.paths.has('go.mod')) return null;
  return { ...COMMANDS[gate](repository), judgeFiles: judgeFilesOf(gate) };
}

const MODULES = `go list -m -f '{{.Path}} {{.Dir}}'`;

const COMMANDS: Readonly<Record<KnownGate, (repository: Repository) => GateCommand>> = {
  typecheck: () => ({ line: 'go build -o /dev/null ./...', shown: 'go build ./...', format: 'path-line' }),
  lint: (repository) =>
    hasRootFile(repository, /^\.golangci\.(ya?ml|toml|json)$/)
      ? { line: 'golangci-lint run', format: 'path-line' }
      : { line: 'go vet ./...', format: 'path-line' },
  test: () => ({ line: `${MODULES} && go test -json ./...`, shown: 'go test ./...', format: 'go-test-json' }),
  coverage: () => ({
    line: `${MODULES} && go test -coverprofile=${PROFILE} ./...`,
    shown: 'go test -coverprofile ./...',
    format: 'auto',
    reports: [PROFILE],
    mustReport: true,
  }),
};
