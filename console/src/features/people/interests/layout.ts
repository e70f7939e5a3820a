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
/** How far from the middle the outermost of a side stand, of 1. */
const BOW = 0.5;

/**
 * Spots in a field of 2 × 2 around the middle; the likelier a step, the larger the node.
 *
 * The neighbours stand in two bows, each at a height of its own, so that no label covers another.
 */
export function spotsOf(centre: Item, neighbours: readonly Neighbour[]): Spot[] {
  const ordered = [...neighbours].sort(
    (one, other) => KINDS.indexOf(one.item.kind) - KINDS.indexOf(other.item.kind) || other.chance - one.chance,
  );
  const most = Math.max(...ordered.map((one) => one.chance), Number.MIN_VALUE);
  const onRight = Math.ceil(ordered.length / 2);
  const around = ordered.map((one, index): Spot => {
    const isLeft = index >= onRight;
    const [place, count] = isLeft ? [ordered.length - 1 - index, ordered.length - onRight] : [index, onRight];
    const y = count === 1 ? 0 : (2 * place) / (count - 1) - 1;
    const x = BOW + (1 - BOW) * Math.sqrt(1 - y * y);
    return {
      key: keyOf(one.item),
      item: one.item,
      x: isLeft ? -x : x,
      y,
      size: SIZE_MIN + SIZE_SPREAD * Math.sqrt(one.chance / most),
      isLeft,
      isCentre: false,
    };
  });
  const middle = { key: keyOf(centre), item: centre, x: 0, y: 0, size: CENTRE_SIZE, isLeft: false, isCentre: true };
  return [middle, ...around];
}
