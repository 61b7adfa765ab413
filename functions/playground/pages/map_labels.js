/** Labels of a map: titles beside their dots where there is room, so that no two of them overlap. */

const LETTERS = 30;
const BESIDE = 9;
const LINE = 15;
const SIDES = [["start", BESIDE, 4], ["end", -BESIDE, 4], ["middle", 0, -BESIDE], ["middle", 0, BESIDE + LINE - 4]];
const FONT = "600 13px system-ui, sans-serif";
const pen = document.createElement("canvas").getContext("2d");

/** A title that is short enough for a map. @param {string} title */
function cut(title) {
  return title.length > LETTERS ? `${title.slice(0, LETTERS - 1)}…` : title;
}

/**
 * Returns where labels stand, in pixels; the first of the points get theirs first.
 *
 * @param {{x: number, y: number, title: string, key: any}[]} points in pixels @param {number} side of the picture @param {number} most labels
 * @returns {{x: number, y: number, anchor: string, text: string, key: any, box: number[]}[]}
 */
export function labelsOf(points, side, most) {
  pen.font = FONT;
  const placed = [];
  for (const { x, y, title, key } of points) {
    if (placed.length === most) break;
    const text = cut(title);
    const width = pen.measureText(text).width;
    for (const [anchor, across, down] of SIDES) {
      const left = x + across - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
      const box = [left - 2, y + down - LINE + 2, left + width + 2, y + down + 5];
      if (box[0] < 0 || box[1] < 0 || box[2] > side || box[3] > side || placed.some((one) => overlap(one.box, box))) continue;
      placed.push({ x: x + across, y: y + down, anchor, text, key, box });
      break;
    }
  }
  return placed;
}

/** Whether two boxes [left, top, right, bottom] have a part in common. */
export function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}
