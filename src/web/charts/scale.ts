const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The top of a scale whose half can be read as well: the next round number. `whole`: both are whole numbers. Pure. */
export function roundUp(value: number, whole: boolean): number {
  if (whole) return value <= 2 ? 2 : roundUp(Math.ceil(value / 2), false) * 2;
  const power = 10 ** Math.floor(Math.log10(value));
  // What is a hair above a step, because of how numbers are kept, is that step.
  return STEPS.find((step) => step * power >= value * (1 - 1e-9))! * power;
}
