/**
 * What made an unknown outcome known, or a person's:
 *
 * - `listed`: the hospital's list of appointments shows it · `repeated`: the hospital answered the same call once more.
 * - `not-listed`: a whole list, read twice, does not hold it · `seen-free`: its one seat was free twice.
 * - `event`: something else settled it meanwhile: the hospital's webhook, or the answer after all.
 * - `needs-review`: none of these in time; a person's · `overtaken`: the hospital has changed the appointment since.
 */
export type ResolvedBy = 'listed' | 'repeated' | 'not-listed' | 'seen-free' | 'event' | 'needs-review' | 'overtaken';
