/** The only source of time: milliseconds since 1970 UTC. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Whole seconds, the unit in which moments are stored. */
export function seconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}
