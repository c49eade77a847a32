/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: of `summary` and of `text`. */
export const MAX_CHECK_TEXT = 65_535;

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: more of them need further updates. */
export const ANNOTATIONS_A_REQUEST = 50;

/** Our own: beyond it nobody reads them, and each fifty cost a write. */
export const MAX_ANNOTATIONS = 500;

/** Of one annotation's message; GitHub allows 64 KB. */
export const MAX_ANNOTATION_MESSAGE = 4_000;

/** Of a label; a longer one is answered 422. */
export const MAX_LABEL_DESCRIPTION = 100;
