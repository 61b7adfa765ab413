/** Levels with jumps: the rules of the solver's platform and runner levels, one discrete step a letter. */

const PLATFORM = { jump_height: 2, hang_time: 1, hang_control: false, bump: "fall", gap: null, run_speed: 1, fall_speed: 1 };
const RUNNER = { jump_height: 4, hang_time: 0, gap: null, run_speed: 2, fall_speed: 3 };
const SOLID = new Set(["wall", "ground", "block", "prize", "spent prize", "pipe left", "pipe right", "cannon"]);
const DEADLY = new Set(["spike", "enemy"]);
const TAKEN = new Set(["key", "diamond", "coin"]);
const ACROSS = { L: -1, R: 1, J: 0, W: 0, l: -1, r: 1, n: 0, N: 0 };

/** What both kinds share: the cells with the figure in them, the moves, and how they end. */
class Jumper {
  /** @param {string[][]} cells names of what stands in each cell @param {any} certificate @param {string} start name of the first cell */
  constructor(cells, certificate, start) {
    this.level = cells;
    this.moves = "";
    this.won = false;
    this.dead = false;
    this.taken = [];
    /** Every cell that was entered. @type {[number, number][]} */
    this.way = [];
    this.place = find(cells, start) ?? certificate.from;
    this.end = find(cells, "exit") ?? certificate.to;
    this.first = start;
    this.way.push([...this.place]);
  }

  /** The cells as they are drawn: the figure stands where it is, and nothing where it began. */
  get cells() {
    const [x, y] = this.place;
    return this.level.map((row, at) => row.map((name, column) => (column === x && at === y ? "player" : name === this.first ? "air" : name)));
  }

  at(x, y) {
    if (x === this.end[0] && y === this.end[1]) return "exit";
    return this.level[y]?.[x] ?? "wall";
  }

  solid(x, y) {
    return SOLID.has(this.at(x, y));
  }

  /** Moves one step; returns what happened as a sentence. @param {string} letter */
  step(letter) {
    if (this.dead) return "That was the end of this try. Take the step back, or play again.";
    if (this.won) return `Done in ${counted(this.moves.length)}.`;
    const refused = this.move(letter);
    if (refused) return refused;
    this.moves += letter;
    return this.dead ? `${this.dead} Take the step back, or play again.` : this.won ? `Done in ${counted(this.moves.length)}.` : this.met ?? "";
  }

  /** Takes what lies in a cell. */
  take([x, y]) {
    const name = this.level[y]?.[x];
    this.met = null;
    if (!TAKEN.has(name)) return;
    this.level[y][x] = "air";
    this.taken.push(name);
    this.met = `Taken: ${name}.`;
  }
}

/** A single-screen level: walk, jump and wait; see `games.platform.physics` of the service. */
class PlatformGame extends Jumper {
  constructor(cells, certificate, physics) {
    super(cells, certificate, "start");
    this.numbers = { ...PLATFORM, ...physics };
    this.phase = 0;
    this.left = this.drifts;
    this.locked = Boolean(find(cells, "key"));
  }

  get rises() {
    return this.numbers.jump_height - 1;
  }

  get phases() {
    return this.rises + this.numbers.hang_time;
  }

  get drifts() {
    return this.numbers.gap === null ? 0 : this.numbers.gap + 1;
  }

  move(letter) {
    const [x, y] = this.place;
    if (letter === "J" && (this.phase || !this.solid(x, y + 1) || this.solid(x, y - 1))) return "No jump from here: stand on something, with air above.";
    const entered = letter === "J" ? this.jump() : this.walk(letter);
    this.way.push(...entered);
    if (entered.some(([column, row]) => this.level[row][column] === "spike")) {
      this.dead = "A spike.";
      return "";
    }
    if (!this.phase && this.solid(this.place[0], this.place[1] + 1)) this.left = this.drifts;
    this.take(this.place);
    this.won = this.at(...this.place) === "exit" && (!this.locked || this.taken.includes("key"));
    return "";
  }

  jump() {
    this.place = [this.place[0], this.place[1] - 1];
    this.phase = Math.min(1, this.phases);
    return [this.place];
  }

  walk(letter) {
    const { run_speed, fall_speed, gap, hang_control, hang_time, bump } = this.numbers;
    let [x, y] = this.place;
    const entered = [];
    let most = "LR".includes(letter) ? run_speed : Math.abs(ACROSS[letter]);
    if (this.phase > this.rises && !hang_control) most = 0;
    for (let moved = gap === null ? most : Math.min(most, this.left); moved > 0 && !this.solid(x + ACROSS[letter], y); moved--) {
      x += ACROSS[letter];
      if (gap !== null) this.left -= 1;
      entered.push([x, y]);
    }
    if (!this.phase) {
      for (let fallen = 0; fallen < fall_speed; fallen++) {
        if (!this.solid(x, y + 1)) y += 1;
        entered.push([x, y]);
      }
    } else if (this.phase <= this.rises && this.solid(x, y - 1)) this.phase = bump === "hang" && hang_time ? this.rises + 1 : 0;
    else {
      if (this.phase <= this.rises) y -= 1;
      this.phase = (this.phase + 1) % (this.phases + 1);
    }
    this.place = [x, y];
    return [...entered, [x, y]];
  }
}

/** A scrolling level: to the sides, with the jump held or not; see `games.runner.physics` of the service. */
class RunnerGame extends Jumper {
  constructor(cells, certificate, physics) {
    super(cells, certificate, "player");
    this.numbers = { ...RUNNER, ...physics };
    this.velocity = 0;
    this.phase = 0;
    this.far = 0;
    this.jump = [];
    for (let left = this.numbers.jump_height; left; left += this.jump.at(-1)) this.jump.push(1 - 2 * Math.floor(Math.sqrt(left)));
    this.jump.push(...Array(this.numbers.hang_time).fill(0));
  }

  /** Solid to the sides and above, deadly below. */
  at(x, y) {
    return y >= this.level.length ? "hole" : super.at(x, y);
  }

  /** Enters a cell; returns whether that ends the level. */
  enter(x, y) {
    this.place = [x, y];
    this.way.push([x, y]);
    const name = this.at(x, y);
    if (name === "hole") this.dead = "A fall out of the level.";
    if (DEADLY.has(name)) this.dead = `You met: ${name}.`;
    this.won = name === "exit";
    this.take([x, y]);
    return this.dead || this.won;
  }

  move(letter) {
    const { run_speed, fall_speed, gap } = this.numbers;
    const [x, y] = this.place;
    const held = letter !== letter.toLowerCase();
    const begins = held && this.phase === 0 && this.solid(x, y + 1);
    const jumping = this.phase < 0 || begins;
    const side = ACROSS[letter];
    this.velocity = side ? Math.max(-run_speed, Math.min(run_speed, this.velocity + side)) : this.velocity - Math.sign(this.velocity);
    if (jumping) this.phase = begins ? -this.jump.length : held && this.phase < -1 ? this.phase + 1 : 1;
    for (let cells = Math.abs(this.velocity); cells > 0; cells--) {
      const ahead = this.place[0] + Math.sign(this.velocity);
      if (this.solid(ahead, y) || (gap !== null && this.far > gap)) {
        this.velocity = 0;
        break;
      }
      this.far = gap === null || this.solid(ahead, y + 1) ? 0 : this.far + 1;
      if (this.enter(ahead, y)) return "";
    }
    const grounded = this.solid(this.place[0], y + 1);
    if (!jumping) this.phase = grounded ? 0 : this.phase === 0 ? 1 : fall_speed;
    this.rise(this.phase < 0 ? this.jump.at(this.phase) : this.phase);
    if (this.solid(this.place[0], this.place[1] + 1)) this.far = 0;
    return "";
  }

  rise(velocity) {
    for (let cells = Math.abs(velocity); cells > 0; cells--) {
      const ahead = this.place[1] + Math.sign(velocity);
      if (this.solid(this.place[0], ahead)) {
        this.phase = 0;
        return;
      }
      if (this.enter(this.place[0], ahead)) return;
    }
  }
}

function find(cells, name) {
  const y = cells.findIndex((row) => row.includes(name));
  return y < 0 ? null : [cells[y].indexOf(name), y];
}

function counted(moves) {
  return `${moves} ${moves === 1 ? "move" : "moves"}`;
}

const GAMES = { platform: PlatformGame, runner: RunnerGame };

/** Whether the levels of a kind have jumps. @param {string} kind */
export function hasJumps(kind) {
  return Object.hasOwn(GAMES, kind);
}

/** A game of a level with jumps. @param {string} kind @param {string[][]} cells @param {any} certificate @param {any} [physics] */
export function jumpGame(kind, cells, certificate, physics) {
  return new GAMES[kind](cells, certificate, physics ?? certificate.physics);
}

/** The keys of a kind with jumps: each a letter of its moves, its key, and what it does. @param {string} kind @param {any} [physics] */
export function jumpKeys(kind, physics) {
  if (kind === "platform") {
    const runs = (physics?.run_speed ?? 1) > 1;
    const slow = [["l", "Shift+ArrowLeft", "⇧←", "one cell left"], ["r", "Shift+ArrowRight", "⇧→", "one cell right"]];
    return [["L", "ArrowLeft", "←", "left"], ["R", "ArrowRight", "→", "right"], ["J", "ArrowUp", "↑", "jump"], ["W", "ArrowDown", "↓", "wait"], ...(runs ? slow : [])];
  }
  return [
    ["l", "ArrowLeft", "←", "run left"], ["r", "ArrowRight", "→", "run right"], ["n", "ArrowDown", "↓", "slow down"],
    ["L", "Shift+ArrowLeft", "⇧←", "jump left"], ["R", "Shift+ArrowRight", "⇧→", "jump right"], ["N", "ArrowUp", "↑", "jump"],
  ];
}
