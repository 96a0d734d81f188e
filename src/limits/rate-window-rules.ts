/** At most `quota` uses in each window. Windows begin at whole multiples of their length since 1970: at the same moment for every copy. */
export interface RateLimit {
  /** As callers see it in the `RateLimit` headers. */
  name: string;
  quota: number;
  windowMs: number;
}

/** When the window of a moment began. Milliseconds since 1970, as all here. */
export function windowStart(nowMs: number, { windowMs }: RateLimit): number {
  return nowMs - (nowMs % windowMs);
}

/** Whole seconds until the next window, at least 1: who comes back then finds it open. */
export function secondsLeft(nowMs: number, limit: RateLimit): number {
  return Math.ceil((windowStart(nowMs, limit) + limit.windowMs - nowMs) / 1_000);
}

/** An item of `RateLimit-Policy`, as in draft-ietf-httpapi-ratelimit-headers-10. */
export function policyItem({ name, quota, windowMs }: RateLimit): string {
  return `"${name}";q=${quota};w=${windowMs / 1_000}`;
}

/** An item of `RateLimit`, from the same draft: what is left, and in how many seconds it is the whole quota again. */
export function stateItem(limit: RateLimit, left: number, nowMs: number): string {
  return `"${limit.name}";r=${left};t=${secondsLeft(nowMs, limit)}`;
}
