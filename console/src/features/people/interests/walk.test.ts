import { describe, expect, it } from "vitest";
import { keyOf, readWalk, viewsOf, walkedTo, writeWalk, type Item, type Neighbour, type Place } from "@/features/people/interests/interests";
import { spotsOf } from "@/features/people/interests/layout";
import { pointsText } from "@/features/people/interests/points";

const tea: Place = { kind: "topic", id: "tea: green/black" };
const cup: Place = { kind: "product", id: "p1" };
const ann: Place = { kind: "person", id: "per_1" };

describe("the walk", () => {
  it("comes back from an address as it went in, whatever signs an id holds", () => {
    expect(readWalk(writeWalk([tea, cup]))).toEqual([tea, cup]);
    expect(writeWalk([])).toBeUndefined();
  });

  it("leaves out what is no place", () => {
    expect(readWalk('["topic:tea","planet:mars",3]')).toEqual([{ kind: "topic", id: "tea" }]);
    expect(readWalk("{")).toEqual([]);
    expect(readWalk('{"a":1}')).toEqual([]);
  });

  it("goes back when a step leads to where one was", () => {
    expect(walkedTo([tea, cup, ann], cup)).toEqual([tea, cup]);
    expect(walkedTo([tea], cup)).toEqual([tea, cup]);
  });

  it("stays short enough for an address", () => {
    const long = Array.from({ length: 40 }, (_, number): Place => ({ kind: "product", id: String(number) }));
    expect(readWalk(writeWalk(long))).toHaveLength(12);
    expect(readWalk(writeWalk(long)).at(-1)).toEqual(long.at(-1));
  });

  it("asks of a person what they care about, of a thing who cares", () => {
    expect(viewsOf("person")).toContain("cares");
    expect(viewsOf("brand")).toEqual(["near", "people"]);
  });
});

function near(kind: Item["kind"], id: string, chance: number): Neighbour {
  return { item: { kind, id, name: "", name_en: "" }, points: 1, chance, evidence: [] };
}

describe("the picture", () => {
  const centre: Item = { ...ann, name: "", name_en: "" };
  const spots = spotsOf(centre, [near("topic", "a", 0.1), near("product", "b", 0.4), near("product", "c", 0.2), near("host", "d", 0.3)]);

  it("gives every label a height of its own on its side", () => {
    for (const isLeft of [true, false]) {
      const heights = spots.filter((spot) => !spot.isCentre && spot.isLeft === isLeft).map((spot) => spot.y);
      expect(new Set(heights).size).toBe(heights.length);
    }
  });

  it("stays within its field and puts the likeliest largest", () => {
    const around = spots.filter((spot) => !spot.isCentre);
    expect(around.every((spot) => Math.abs(spot.x) <= 1 && Math.abs(spot.y) <= 1)).toBe(true);
    const largest = around.reduce((one, other) => (other.size > one.size ? other : one));
    expect(largest.key).toBe(keyOf(cup).replace("p1", "b"));
  });

  it("stands alone when nothing is near", () => {
    expect(spotsOf(centre, [])).toHaveLength(1);
  });
});

it("writes points as briefly as they tell something", () => {
  expect([12.4, 3.14, -5.5, 0.02, -0.02, 0].map((points) => pointsText(points, "en"))).toEqual(
    ["12", "3.1", "−5.5", "< 0.1", "> −0.1", "0.0"],
  );
});
