import type { GateCommand } from '../gate.ts';
import { REPORTS_FOLDER } from '../gate.ts';
import { judgeFilesOf } from './judge-files.ts';
import type { KnownGate } from './known-tools.ts';
import { hasRootFile } from './repository.ts';
import type { Repository } from './repository.ts';

const COMMANDS: Readonly<Record<Exclude<KnownGate, 'coverage'>, { line: string; shown: string }>> = {
  typecheck: { line: 'cargo check --all-targets --message-format=json', shown: 'cargo check --all-targets' },
  lint: { line: 'cargo clippy --all-targets --message-format=json', shown: 'cargo clippy --all-targets' },
  test: { line: 'cargo test --no-fail-fast --message-format=json', shown: 'cargo test' },
};

/** Rust: cargo. Coverage only where the repository configures tarpaulin, because cargo itself measures none. */
export function findRust(gate: KnownGate, repository: Repository): GateCommand | null {
  if (!repository.paths.has('Cargo.toml')) return null;
  const judgeFiles = judgeFilesOf(gate);
  if (gate !== 'coverage') return { ...COMMANDS[gate], format: 'cargo-json', judgeFiles };
  if (!hasRootFile(repository, /^\.?tarpaulin\.toml$/)) return null;
  const line = `cargo tarpaulin --out Lcov --output-dir ${REPORTS_FOLDER}`;
  return { line, shown: 'cargo tarpaulin', format: 'auto', reports: [`${REPORTS_FOLDER}/lcov.info`], mustReport: true, judgeFiles };
}
