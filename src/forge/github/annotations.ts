import type { Finding } from '../../domain/finding.ts';
import { cutLine, MAX_TITLE } from '../cut.ts';
import { fileOf } from '../findings.ts';
import { ANNOTATIONS_A_REQUEST, MAX_ANNOTATION_MESSAGE, MAX_ANNOTATIONS } from './limits.ts';

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'failure' | 'warning' | 'notice';
  message: string;
  title?: string;
}

const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

/** Findings that name a file of the repository, the same ones in the same order each time: what was sent is told by its number. */
export function toAnnotations(findings: readonly Finding[]): Annotation[] {
  return findings.flatMap(toAnnotation).slice(0, MAX_ANNOTATIONS);
}

/** GitHub refuses the whole request for one path that is outside of the repository, or an empty message. */
function toAnnotation(finding: Finding): Annotation[] {
  const path = fileOf(finding);
  if (path === null) return [];
  const start = Math.max(1, finding.line ?? 1);
  const message = cutLine(finding.message.trim(), MAX_ANNOTATION_MESSAGE) || (finding.rule ?? 'No message');
  const annotation = {
    path,
    start_line: start,
    end_line: Math.max(start, finding.endLine ?? start),
    annotation_level: LEVELS[finding.severity],
    message,
  };
  return [finding.rule === null ? annotation : { ...annotation, title: cutLine(finding.rule, MAX_TITLE) }];
}

/** At least one batch, empty when there is nothing to add. */
export function inBatches(annotations: readonly Annotation[]): Annotation[][] {
  const batches: Annotation[][] = [];
  for (let at = 0; at < annotations.length; at += ANNOTATIONS_A_REQUEST) {
    batches.push(annotations.slice(at, at + ANNOTATIONS_A_REQUEST));
  }
  return batches.length === 0 ? [[]] : batches;
}
