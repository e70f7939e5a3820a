/** Where the picture's nodes stand: the one at hand in the middle, its neighbours around it by kind. */
import { KINDS, keyOf, type Item, type Neighbour } from "@/features/people/interests/interests";

export interface Spot {
  key: string;
  item: Item;
  x: number;
  y: number;
  size: number;
  /** Whether the label stands to the left of the node. */
  isLeft: boolean;
  isCentre: boolean;
}

const CENTRE_SIZE = 34;
const SIZE_MIN = 12;
const SIZE_SPREAD = 16;
const INNER = 0.62;
const TOP = -Math.PI / 2;
/** With more neighbours than this, every other one stands further in, so that labels have room. */
const ONE_RING_MAX = 12;

/** Spots in a field of 2 × 2 around the middle; the likelier a step, the larger the node. */
export function spotsOf(centre: Item, neighbours: readonly Neighbour[]): Spot[] {
  const ordered = [...neighbours].sort(
    (one, other) => KINDS.indexOf(one.item.kind) - KINDS.indexOf(other.item.kind) || other.chance - one.chance,
  );
  const most = Math.max(...ordered.map((one) => one.chance), Number.MIN_VALUE);
  const around = ordered.map((one, index): Spot => {
    const angle = TOP + (2 * Math.PI * index) / ordered.length;
    const ring = ordered.length > ONE_RING_MAX && index % 2 === 1 ? INNER : 1;
    const x = Math.cos(angle) * ring;
    return {
      key: keyOf(one.item),
      item: one.item,
      x,
      y: Math.sin(angle) * ring,
      size: SIZE_MIN + SIZE_SPREAD * Math.sqrt(one.chance / most),
      isLeft: x < -Number.EPSILON,
      isCentre: false,
    };
  });
  const middle = { key: keyOf(centre), item: centre, x: 0, y: 0, size: CENTRE_SIZE, isLeft: false, isCentre: true };
  return [middle, ...around];
}
