/** What a check saw is not what its clause says; the message says what was seen. */
export class CheckFailed extends Error {}

/** It cannot be said whether the clause holds; the message says why. */
export class CheckSkipped extends Error {}
