import { Random } from './random.js';
import { slotOf, type Slot } from './slots.js';

export type Step = { kind: 'reschedule'; to: Slot } | { kind: 'cancel' };

/** What one patient does by chat. The phone is this patient's alone: by it the clinic's books and the messages are told apart. */
export interface Story {
  n: number;
  name: string;
  phone: string;
  slot: Slot;
  /** Others want the same slot at the same moment. */
  isContested: boolean;
  /** After the booking. */
  steps: Step[];
  /** Each request goes out twice at the same moment, as from a platform that is in doubt itself. */
  isDoubled: boolean;
  /** The clinic tells of what was done by webhook, too. */
  hasEcho: boolean;
  /** Between two steps. */
  pauseMs: number;
}

const CONTESTED = 0.15;
const RIVALS = 4;
const LONGEST_PAUSE_MS = 1_500;

/** Those that begin together: one patient, or rivals for one slot. */
export function makeStories(seed: number, bookings: number): Story[][] {
  const random = new Random(seed ^ 0xb00c);
  const groups: Story[][] = [];
  let slots = 0;
  const nextSlot = (): Slot => slotOf(slots++);
  for (let n = 0; n < bookings;) {
    const rivals = random.chance(CONTESTED) ? Math.min(RIVALS, bookings - n) : 1;
    const slot = nextSlot();
    const group = Array.from({ length: rivals }, () => aStory(random, n++, slot, rivals > 1, nextSlot));
    groups.push(group);
  }
  return groups;
}

function aStory(random: Random, n: number, slot: Slot, isContested: boolean, nextSlot: () => Slot): Story {
  const kinds = random.pick<Step['kind'][]>([[], [], ['reschedule'], ['reschedule', 'reschedule'], ['cancel'], ['reschedule', 'cancel']]);
  return {
    n,
    name: `Invented Patient${lettersOf(n)}`,
    phone: `+63918${String(1_000_000 + n)}`,
    slot,
    isContested,
    steps: kinds.map(kind => (kind === 'cancel' ? { kind } : { kind, to: nextSlot() })),
    isDoubled: random.chance(0.3),
    hasEcho: random.chance(0.5),
    pauseMs: random.below(LONGEST_PAUSE_MS),
  };
}

function lettersOf(n: number): string {
  return [676, 26, 1].map(place => String.fromCharCode(97 + (Math.floor(n / place) % 26))).join('');
}
