import type { Html } from '../parts/html.ts';

export interface Bar {
  /** Under the chart, and in the table behind it. */
  readonly label: string;
  /** One for each series; null: there is nothing to show. */
  readonly parts: readonly (number | null)[];
}

export interface Series {
  readonly name: string;
  /** A class of the style sheet. */
  readonly tone: string;
  readonly written: (value: number) => string;
  /** `mark`: drawn at its value, and not on top of the series before it. */
  readonly shape?: 'mark';
}

export interface ChartWish {
  readonly title: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  /** What a bar is, over the first column of the table. */
  readonly rowName: string;
  readonly whole?: boolean;
  readonly empty: Html;
}
