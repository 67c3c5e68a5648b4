// What the player draws: maps as volumes, and a window's numbers. All values come from Python; a
// product on the screen is multiplied here.
const SVG = "http://www.w3.org/2000/svg"
const PLANES = 4 // maps that a volume shows
const LEAST = 12 // pixels of a cell that holds a number

function add(parent, tag, attributes, text) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

const count = (number) => number.toLocaleString("en-US")
const signed = (number) => String(number).replace("-", "−")
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name])

// Maps as planes behind each other, the first one in front, with their padding.
class Volume {
  constructor(svg, at, room, spec, player) {
    Object.assign(this, { spec, player, planes: [] })
    const shown = Math.min(spec.count, PLANES)
    const { before, size, after } = spec
    const side = before + size + after
    const least = Math.min(room.w, room.h)
    const offset = shown > 1 ? Math.max(5, Math.min(20 * player.scale, least / 12)) : 0
    this.cell = Math.min(34 * player.scale, (least - offset * (shown - 1)) / side)
    this.extent = this.cell * side + offset * (shown - 1)
    this.group = add(svg, "g", { class: "volume" })
    const top = at.y + (room.h - this.extent) / 2
    for (let k = shown - 1; k >= 0; k--) {
      this.planes[k] = this.plane(at.x + k * offset, top + (shown - 1 - k) * offset)
    }
    this.corner = { x: at.x, y: top + (shown - 1) * offset }
    this.depth = { x: (shown - 1) * offset, y: -(shown - 1) * offset }
    this.frame = add(this.group, "g", { class: "window" })
    this.label = add(svg, "text", { x: at.x + this.extent / 2, y: top + this.extent + 15 * player.scale, class: "label" })
    this.label.textContent = spec.label
  }

  plane(x, y) {
    const { before, size, after, seen } = this.spec
    const { cell } = this
    const side = before + size + after
    const group = add(this.group, "g", {})
    add(group, "rect", { x, y, width: cell * side, height: cell * side, class: side > size ? "padding" : "plane" })
    if (side > size)
      add(group, "rect", { x: x + before * cell, y: y + before * cell, width: size * cell, height: size * cell, class: "plane" })
    const cells = []
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const place = { x: x + (before + column) * cell, y: y + (before + row) * cell, width: cell, height: cell }
        const missed = seen && !(seen[before + row] && seen[before + column])
        const rect = add(group, "rect", { ...place, class: missed ? "cell missed" : "cell" })
        cells.push({ rect, place, shown: undefined, text: null })
      }
    return cells
  }

  // Values of one plane; null is a value that is not there yet.
  paint(k, valueAt) {
    this.planes[k].forEach((cell, index) => {
      const value = valueAt(index)
      if (cell.shown === value) return
      cell.shown = value
      this.player.shade(cell.rect, value, this.spec.largest)
      if (k > 0 || this.cell < 18) return
      cell.text ??= add(cell.rect.parentNode, "text", {
        x: cell.place.x + this.cell / 2, y: cell.place.y + this.cell * 0.5, class: "value",
        "font-size": Math.min(this.cell * 0.6, 15 * this.player.scale),
      })
      cell.text.textContent = value === null ? "" : signed(value)
    })
  }

  // The window at a pixel of the padded side: a box through as many maps as it reads.
  place(row, column, kernel, dilation, first, depth) {
    const { cell, corner } = this
    const reach = (kernel - 1) * dilation + 1
    const step = this.planes.length > 1 ? { x: this.depth.x / (this.planes.length - 1), y: this.depth.y / (this.planes.length - 1) } : { x: 0, y: 0 }
    const from = Math.min(first, this.planes.length - 1)
    const last = Math.min(from + depth, this.planes.length) - 1
    const x = corner.x + column * cell + step.x * from
    const y = corner.y + row * cell + step.y * from
    const dx = step.x * (last - from)
    const dy = step.y * (last - from)
    const width = reach * cell
    this.frame.replaceChildren()
    const points = [[x, y], [x + width, y], [x + width, y + width], [x, y + width]]
    if (last > from) {
      add(this.frame, "rect", { x: x + dx, y: y + dy, width, height: width, class: "far" })
      for (const [px, py] of points) add(this.frame, "line", { x1: px, y1: py, x2: px + dx, y2: py + dy, class: "far" })
    }
    add(this.frame, "rect", { x, y, width, height: width, class: "near" })
    if (dilation > 1)
      for (let i = 0; i < kernel; i++)
        for (let j = 0; j < kernel; j++)
          add(this.frame, "rect", { x: x + j * dilation * cell, y: y + i * dilation * cell, width: cell, height: cell, class: "tap" })
    return { x: corner.x + this.extent + 4, y: y + width / 2 }
  }

  hide() { this.frame.replaceChildren() }
}

// Window × kernel = products for each map that is read, with their sums: below each other, or across.
class Numbers {
  constructor(svg, at, room, lane, player, across) {
    // A value of one map needs no sum of sums.
    const alone = lane.separate || lane.reads === 1
    Object.assign(this, { lane, player, alone, scale: player.scale, blocks: [] })
    this.group = add(svg, "g", { class: "numbers" })
    this.hasRest = lane.reads > lane.shown || !(across || this.fits(lane.shown, room))
    const place = across ? this.across(at, room) : this.below(at, room)
    this.left = { x: at.x - 6, y: place.middle }
    this.right = { x: at.x + this.width + 6, y: place.middle }
  }

  // What a block takes beside its cells.
  get head() { return 17 * this.scale }
  get sign() { return 18 * this.scale }
  get line() { return 22 * this.scale }

  fits(rows, room) {
    const body = room.h - this.head - (this.alone ? 0 : this.line)
    return body / rows >= this.lane.kernel * LEAST + 7 * this.scale
  }

  below(at, room) {
    const { lane, scale, head, line } = this
    const gap = 7 * scale
    const foot = (this.alone ? 0 : line) + (this.hasRest ? line : 0)
    let rows = lane.shown
    while (rows > 1 && (room.h - head - foot) / rows < lane.kernel * LEAST + gap) rows--
    const high = (room.h - head - foot) / rows - gap
    this.cell = Math.min(30 * scale, high / lane.kernel, room.w / (3 * lane.kernel + 4.5))
    const side = this.cell * lane.kernel
    const used = head + rows * (side + gap) + foot
    const top = at.y + Math.max(0, (room.h - used) / 2)
    this.width = this.blockWidth + 44 * scale
    const right = at.x + this.width
    for (let r = 0; r < rows; r++) {
      const y = top + head + r * (side + gap)
      this.block(at.x, y, r === 0)
      this.sumAt(right, y + side / 2)
    }
    const y = top + head + rows * (side + gap) + line / 2
    if (this.hasRest) this.restAt(right - 50 * scale, right, y)
    if (!this.alone) this.totalAt(right, y + (this.hasRest ? line : 0))
    return { middle: top + used / 2 }
  }

  totalAt(x, y) {
    const { scale } = this
    add(this.group, "line", { x1: x - 44 * scale, x2: x, y1: y - this.line / 2, y2: y - this.line / 2, class: "rule" })
    add(this.group, "text", { x: x - 50 * scale, y, class: "more" }, this.player.data.labels.sum)
    this.total = add(this.group, "text", { x, y, class: "sum own" })
  }

  restAt(x, sumX, y) {
    const words = filled(this.player.data.labels.rest, { count: count(this.lane.reads - this.blocks.length) })
    add(this.group, "text", { x, y, class: "more" }, words)
    if (!this.alone) this.rest = add(this.group, "text", { x: sumX, y, class: "sum" })
  }

  across(at, room) {
    const { lane, scale, head, line } = this
    const gap = 22 * scale
    let end = (lane.reads > lane.shown ? 104 : this.alone ? 0 : 66) * scale
    const cellOf = (blocks) => Math.min(30 * scale, (room.h - head - line) / lane.kernel,
      ((room.w - end + gap) / blocks - gap - 2 * this.sign) / (3 * lane.kernel))
    let blocks = lane.shown
    while (blocks > 1 && cellOf(blocks) < LEAST) [blocks, end] = [blocks - 1, 104 * scale]
    this.hasRest = lane.reads > blocks
    this.cell = cellOf(blocks)
    const side = this.cell * lane.kernel
    const top = at.y + Math.max(0, (room.h - head - side - line) / 2)
    const below = top + head + side + line / 2 + 3
    for (let r = 0; r < blocks; r++) {
      const x = at.x + r * (this.blockWidth + gap)
      this.block(x, top + head, true)
      this.sumAt(x + this.blockWidth - side * 0.35, below)
      if (r > 0 && !this.alone) add(this.group, "text", { x: x - gap / 2, y: below, class: "sign" }, "+")
    }
    this.width = blocks * (this.blockWidth + gap) - gap + end
    const right = at.x + this.width
    const middle = top + head + side / 2
    if (this.hasRest) this.restAt(right, right, middle - line / 2)
    if (this.rest) this.rest.setAttribute("y", middle + line / 2)
    if (!this.alone) this.totalAt(right, below)
    return { middle: this.alone ? middle : below }
  }

  // The three grids of one map.
  block(x, y, headed) {
    const { cell, lane, sign } = this
    const side = cell * lane.kernel
    const wide = Math.max(side, 40 * this.scale)
    const labels = this.player.data.labels
    const kinds = ["window", "kernel", "products"]
    const grids = kinds.map((kind, i) => {
      const left = x + i * (wide + sign)
      if (headed) add(this.group, "text", { x: left + wide / 2, y: y - this.head + 11 * this.scale, class: "head" }, labels[kind])
      return this.grid(left + (wide - side) / 2, y, kind)
    })
    add(this.group, "text", { x: x + wide + sign / 2, y: y + side / 2, class: "sign" }, "×")
    add(this.group, "text", { x: x + 2 * wide + sign * 1.5, y: y + side / 2, class: "sign" }, "=")
    this.blocks.push({ grids })
  }

  get blockWidth() {
    return 3 * Math.max(this.cell * this.lane.kernel, 40 * this.scale) + 2 * this.sign
  }

  sumAt(x, y) {
    this.blocks.at(-1).sum = add(this.group, "text", { x, y, class: this.alone ? "sum own" : "sum" })
  }

  grid(x, y, kind) {
    const cells = []
    const { cell } = this
    for (let i = 0; i < this.lane.kernel; i++)
      for (let j = 0; j < this.lane.kernel; j++) {
        const rect = add(this.group, "rect", { x: x + j * cell, y: y + i * cell, width: cell, height: cell, class: `cell ${kind}` })
        const text = add(this.group, "text", {
          x: x + (j + 0.5) * cell, y: y + (i + 0.5) * cell, class: `value ${kind}`, "font-size": Math.min(cell * 0.62, 17 * this.player.scale),
        })
        cells.push({ rect, text })
      }
    return cells
  }

  // The numbers of value ``filter``, ``position``, or of all filters at a position.
  show(filter, position) {
    const { lane, player } = this
    const out = lane.windows
    const row = lane.starts[Math.floor(position / out)]
    const column = lane.starts[position % out]
    let told = 0
    this.blocks.forEach(({ grids, sum }, r) => {
      const n = lane.separate ? r : filter
      const map = lane.maps[lane.read[n][lane.separate ? 0 : r]]
      const weights = lane.kernels[n][lane.separate ? 0 : r]
      for (let i = 0; i < lane.kernel; i++)
        for (let j = 0; j < lane.kernel; j++) {
          const y = row + i * lane.dilation - lane.before
          const x = column + j * lane.dilation - lane.before
          const inside = y >= 0 && x >= 0 && y < lane.size && x < lane.size
          const value = inside ? map[y][x] : 0
          const at = i * lane.kernel + j
          this.put(grids[0][at], value, lane.largestIn, !inside)
          this.put(grids[1][at], weights[i][j], lane.largestWeight)
          this.put(grids[2][at], value * weights[i][j], lane.largestIn * lane.largestWeight)
        }
      const found = lane.sums[n][lane.separate ? 0 : r][position]
      told += found
      sum.textContent = signed(found)
    })
    if (this.alone) return
    const value = lane.out[filter][position]
    if (this.rest) this.rest.textContent = signed(value - told)
    this.total.textContent = signed(value)
  }

  put({ rect, text }, value, largest, outside = false) {
    this.player.shade(rect, value, largest)
    rect.classList.toggle("outside", outside)
    text.textContent = signed(value)
  }

  hide() {
    for (const { grids, sum } of this.blocks) {
      sum.textContent = ""
      for (const cell of grids.flat()) {
        cell.text.textContent = ""
        this.player.shade(cell.rect, null, 1)
      }
    }
    if (this.rest) this.rest.textContent = ""
    if (this.total) this.total.textContent = ""
  }
}
