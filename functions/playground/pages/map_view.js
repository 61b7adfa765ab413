/** The view of a map: which square of it is seen, made smaller and moved by wheel, fingers and calls. */

const CLOSEST = 16;
const OF_WHEEL = 0.002;
const DRAGGED_PIXELS = 5;

export class MapView {
  /**
   * @param {number} least the first coordinate of the whole, in both directions @param {number} side of the whole
   * @param {() => void} moved is called whenever another part is seen
   */
  constructor(least, side, moved) {
    Object.assign(this, { least, side, moved, x: least, y: least, size: side, fingers: new Map(), dragged: false });
  }

  get zoom() {
    return this.side / this.size;
  }

  /** Lets a picture be zoomed and moved by wheel, mouse and fingers. @param {SVGElement} picture */
  watch(picture) {
    this.picture = picture;
    picture.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    const ours = (event) => { if (event.touches.length > 1 || this.zoom > 1) event.preventDefault(); }; // one finger scrolls the page while the whole is seen
    picture.addEventListener("touchmove", ours, { passive: false });
    picture.addEventListener("pointerdown", (event) => this.down(event));
    picture.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) picture.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
  }

  /** Shows a part `factor` times smaller, around a place that stays where it is. */
  by(factor, x = this.x + this.size / 2, y = this.y + this.size / 2) {
    const size = Math.min(this.side, Math.max(this.side / CLOSEST, this.size / factor));
    const kept = size / this.size;
    this.to(x - (x - this.x) * kept, y - (y - this.y) * kept, size);
  }

  whole() {
    this.to(this.least, this.least, this.side);
  }

  /** Moves so that a place is seen, with some room around it. */
  reach(x, y) {
    const room = this.size / 12;
    const into = (first, at) => Math.min(Math.max(first, at + room - this.size), at - room);
    const next = [into(this.x, x), into(this.y, y)];
    if (next[0] !== this.x || next[1] !== this.y) this.to(...next, this.size);
  }

  to(x, y, size) {
    const inside = (first) => Math.min(Math.max(first, this.least), this.least + this.side - size);
    Object.assign(this, { size, x: inside(x), y: inside(y) });
    this.moved();
  }

  /** A place on the screen as a place on the map. @returns {[number, number]} */
  at({ clientX, clientY }) {
    const { left, top, width } = this.picture.getBoundingClientRect();
    return [this.x + ((clientX - left) / width) * this.size, this.y + ((clientY - top) / width) * this.size];
  }

  /** Zooms; where the whole is seen already, a wheel that turns away from it scrolls the page. */
  wheel(event) {
    if (event.deltaY > 0 && this.size === this.side) return;
    event.preventDefault();
    this.by(Math.exp(-event.deltaY * OF_WHEEL * (event.ctrlKey ? 4 : 1)), ...this.at(event));
  }

  down(event) {
    if (!this.fingers.size) this.dragged = false;
    this.fingers.set(event.pointerId, event);
    this.start = event;
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [other] = [...this.fingers.values()].filter((one) => one.pointerId !== event.pointerId);
    if (Math.hypot(event.clientX - this.start.clientX, event.clientY - this.start.clientY) > DRAGGED_PIXELS || other) this.dragged = true;
    if (!this.dragged) return;
    const [was, now] = [this.at(before), this.at(event)];
    this.fingers.set(event.pointerId, event);
    if (other) {
      const middle = this.at(other);
      this.by(Math.hypot(now[0] - middle[0], now[1] - middle[1]) / Math.max(Math.hypot(was[0] - middle[0], was[1] - middle[1]), 1), ...middle);
    } else this.to(this.x - now[0] + was[0], this.y - now[1] + was[1], this.size);
  }
}
