// Plays convolutions step by step: its buttons, its keys, and what stands where.
const players = new WeakMap()
const QUIET = 500 // milliseconds without a step after which Python is told of it
const NARROW = 640 // pixels of width below which parts stand below each other

class Player {
  constructor(root) {
    this.root = root
    this.stage = root.querySelector(".stage")
    this.svg = root.querySelector("svg")
    this.range = root.querySelector("input")
    this.speeds = root.querySelector("select")
    this.told = root.querySelector(".told")
    this.step = 1
    this.sent = []
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.still.addEventListener("change", () => { this.pause(); this.named() })
    new ResizeObserver(() => this.data && this.lay()).observe(root)
    this.listen()
  }

  listen() {
    const [first, back, play, next, last] = this.root.querySelectorAll("button")
    this.playButton = play
    first.onclick = () => this.go(1)
    back.onclick = () => this.go(this.step - 1)
    play.onclick = () => this.toggle()
    next.onclick = () => this.go(this.step + 1)
    last.onclick = () => this.go(this.data.steps)
    this.range.oninput = () => this.go(Number(this.range.value))
    this.speeds.onchange = () => { this.begun = null }
    this.root.onkeydown = (event) => this.pressed(event)
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const inList = event.target === this.speeds
    const onButton = event.target.tagName === "BUTTON"
    const moves = { ArrowRight: this.step + 1, ArrowLeft: this.step - 1, Home: 1, End: this.data.steps }
    const speed = { "+": 1, "-": -1 }[event.key]
    if (event.key in moves && !inList) this.go(moves[event.key])
    else if (event.key === " " && !inList && !onButton) this.toggle()
    else if (speed) this.speeds.selectedIndex = Math.min(this.speeds.length - 1, Math.max(0, this.speeds.selectedIndex + speed))
    else if (event.key === "Escape" && !this.data.slide) {
      this.pause()
      event.target.blur()
      return
    } else return
    if (speed) this.begun = null
    event.preventDefault()
    event.stopPropagation()
  }

  // What Python says now. A step that was told to Python comes back, perhaps when we are further.
  show(data) {
    const isNew = this.data?.setting !== data.setting
    const echo = this.sent.indexOf(data.at)
    if (!isNew && echo >= 0) this.sent.splice(0, echo + 1)
    else if (isNew || data.at !== this.data.at) {
      if (this.data) this.pause()
      this.step = data.at
      this.sent = []
    }
    this.data = data
    const { labels } = data
    this.root.setAttribute("aria-label", data.label)
    this.root.classList.toggle("slide", data.slide)
    this.root.querySelector(".caption").textContent = data.slide ? data.label : ""
    this.root.querySelector(".source").textContent = data.slide ? data.source : ""
    this.root.querySelector(".keys").textContent = labels.keys
    const names = [labels.first, labels.back, null, labels.next, labels.last]
    this.root.querySelectorAll("button").forEach((button, i) => {
      if (names[i]) button.title = button.ariaLabel = names[i]
    })
    this.range.ariaLabel = labels.step
    this.range.max = data.steps
    this.speeds.ariaLabel = labels.speed
    if (isNew) {
      this.speeds.replaceChildren(...data.speeds.map(([text, rate]) => new Option(text, rate)))
      this.speeds.selectedIndex = data.speed
    }
    for (const [name, colour] of Object.entries(data.colours)) this.root.style.setProperty(`--${name}`, colour)
    this.named()
    this.bars()
    this.lay()
    if (data.slide && !this.root.contains(this.root.getRootNode().activeElement)) this.root.focus({ preventScroll: true })
  }

  named() {
    const { labels } = this.data
    const name = this.still.matches ? labels.next : this.timer ? labels.pause : labels.play
    this.playButton.title = this.playButton.ariaLabel = name
    this.playButton.textContent = this.timer ? "❚❚" : "▶"
    this.speeds.hidden = this.still.matches
  }

  bars() {
    const rows = this.data.bars.map((bar) => {
      const row = document.createElement("div")
      row.className = "row"
      const name = row.appendChild(document.createElement("span"))
      name.className = "name"
      name.textContent = bar.label
      const track = row.appendChild(document.createElement("div"))
      track.className = "track"
      bar.fills = bar.lanes.map((index) => {
        const lane = this.data.lanes[index]
        const part = track.appendChild(document.createElement("div"))
        part.className = "part"
        part.style.width = `${(100 * lane.values) / lane.perStep / this.data.steps}%`
        part.style.setProperty("--own", lane.colour)
        const fill = part.appendChild(document.createElement("i"))
        const words = part.appendChild(document.createElement("b"))
        words.textContent = lane.share
        return { lane, fill }
      })
      bar.number = row.appendChild(document.createElement("span"))
      bar.number.className = "number"
      return row
    })
    this.root.querySelector(".bars").replaceChildren(...rows)
  }

  // Everything at its place, for the width there is.
  lay() {
    const width = Math.floor(this.stage.clientWidth)
    const { slide, lines, lanes, setting } = this.data
    const narrow = width < NARROW
    const rest = slide ? this.root.clientHeight - this.stage.offsetTop - this.told.parentNode.offsetHeight - 40 : 0
    const high = slide ? rest : Math.max(270, Math.min(620, innerHeight * 0.5))
    const key = [setting, width, Math.round(high), this.data.mode].join()
    if (key !== this.laid && width > 0) {
      this.laid = key
      this.scale = narrow ? 0.9 : Math.max(0.9, Math.min(width / 1216, high / 300)) * (slide && lines.length === 1 ? 1.12 : 1)
      this.svg.style.setProperty("--scale", this.scale)
      this.svg.replaceChildren()
      this.parts = lanes.map(() => ({}))
      let y = 0
      for (const line of lines) y = narrow ? this.stacked(line, y, width) : this.beside(line, y, width, high / lines.length)
      this.svg.setAttribute("width", width)
      this.svg.setAttribute("height", Math.ceil(narrow ? y : high))
      this.links = add(this.svg, "g", { class: "links" })
    }
    if (width > 0) this.draw()
  }

  // A line's parts in order: input, numbers, output, which is the next one's input.
  partsOf(line) {
    return line.flatMap((index, i) => [...(i ? [] : [[index, "in"]]), [index, "numbers"], [index, "out"]])
  }

  make(index, what, at, room) {
    const lane = this.data.lanes[index]
    const own = this.parts[index]
    if (what === "numbers") return (own.numbers = new Numbers(this.svg, at, room, lane, this, room.across))
    const next = this.data.lanes[index + 1]
    const feeds = what === "out" && next?.follows === index
    const spec = what === "in"
      ? { count: lane.channels, before: lane.before, size: lane.size, after: lane.after, largest: lane.largestIn, label: lane.inLabel, seen: lane.seen }
      : { count: lane.filters, before: 0, size: lane.windows, after: 0, largest: lane.largestOut, label: lane.outLabel }
    const volume = new Volume(this.svg, at, room, spec, this)
    own[what] = volume
    if (feeds) this.parts[index + 1].in = volume
    return volume
  }

  beside(line, y, width, high) {
    const { scale } = this
    const title = 19 * scale
    const foot = 22 * scale
    const parts = this.partsOf(line)
    const several = this.data.lines.length > 1
    const most = Math.max(...this.data.lines.map((each) => each.length)) + 1
    const side = Math.min(high - title - foot, (width * (several ? 0.33 : 0.7)) / most)
    // The numbers of a 1×1 convolution stand below each other, and take what they take.
    const volumes = (line.length + 1) * side + (line.length - 1) * 206 * scale + 16 * 2 * line.length
    const room = (index, what) => what === "numbers"
      ? { w: width - volumes, h: high - title, across: several && this.data.lanes[index].kernel > 1 }
      : { w: side, h: high - title - foot }
    // Once to measure, once at their places.
    const before = this.svg.childNodes.length
    const widths = parts.map(([index, what]) => {
      const made = this.make(index, what, { x: 0, y: 0 }, room(index, what))
      return made.width ?? made.extent
    })
    while (this.svg.childNodes.length > before) this.svg.lastChild.remove()
    const all = widths.reduce((a, b) => a + b, 0)
    const gap = Math.min(90 * scale, Math.max(12, (width - all) / (parts.length + 1)))
    let x = Math.max(2, (width - all - gap * (parts.length - 1)) / 2)
    parts.forEach(([index, what], i) => {
      this.make(index, what, { x, y: y + title }, room(index, what))
      if (what === "numbers") this.heading(index, x + widths[i] / 2, y + 12 * scale, "middle")
      x += widths[i] + gap
    })
    return y + high
  }

  stacked(line, y, width) {
    for (const index of line) {
      const lane = this.data.lanes[index]
      const side = Math.min(150, (width - 24) / 2)
      this.heading(index, 0, y + 14, "start")
      y += 22
      if (!lane.follows && lane.follows !== 0) this.make(index, "in", { x: 2, y }, { w: side, h: side })
      this.make(index, "out", { x: width - side - 2, y }, { w: side, h: side })
      y += side + 26
      const high = Math.min(lane.shown, 3) * Math.min(lane.kernel * 24 + 8, 90) + 44
      this.make(index, "numbers", { x: 4, y }, { w: width - 8, h: high })
      y += high + 14
    }
    return y
  }

  heading(index, x, y, anchor) {
    const { title, colour } = this.data.lanes[index]
    add(this.svg, "text", { x, y, class: "title", "text-anchor": anchor, style: `fill: ${colour}` }, title)
  }

  shade(rect, value, largest) {
    const strength = value === null || !largest ? 0 : Math.min(Math.abs(value) / largest, 1)
    rect.style.fill = value < 0 ? "var(--negative)" : "var(--positive)"
    rect.style.fillOpacity = strength * 0.5
    rect.classList.toggle("empty", value === null)
  }

  draw() {
    this.links.replaceChildren()
    const told = this.data.lanes.map((lane, index) => this.drawLane(lane, this.parts[index])).filter(Boolean)
    this.told.textContent = told.join(" ")
    for (const bar of this.data.bars) {
      let made = 0
      let all = 0
      for (const { lane, fill } of bar.fills) {
        const done = this.done(lane)
        fill.style.width = `${(100 * done) / lane.values}%`
        made += done * lane.each
        all += lane.values * lane.each
      }
      bar.number.textContent = `${count(made)} / ${count(all)} ${this.data.labels.unit}`
      bar.number.classList.toggle("ready", made === all)
    }
    this.range.value = this.step
    const words = filled(this.data.labels.of, { step: count(this.step), steps: count(this.data.steps) })
    this.range.setAttribute("aria-valuetext", words)
    this.root.querySelector(".step").textContent = words
  }

  done(lane) {
    return Math.min(Math.max(this.step - lane.begin, 0) * lane.perStep, lane.values)
  }

  drawLane(lane, part) {
    const done = this.done(lane)
    const positions = lane.windows ** 2
    const follower = this.data.lanes.some((other) => this.data.lanes[other.follows] === lane && this.done(other) > 0)
    if (part.in && lane.follows === undefined) this.paintAll(part.in, lane.maps)
    this.paintOut(lane, part.out, done, positions)
    if (!done) {
      if (lane.follows === undefined) part.in.hide()
      part.numbers.hide()
      return ""
    }
    const last = done - 1
    const filter = lane.byPosition ? lane.filters - 1 : Math.floor(last / positions)
    const position = lane.byPosition ? Math.floor(last / lane.filters) : last % positions
    const known = filter % lane.kernels.length
    part.numbers.show(known, position)
    part.numbers.group.classList.toggle("past", follower)
    if (follower) {
      part.in.hide()
      return ""
    }
    this.linked(lane, part, known, position)
    return filled(lane.words, {
      filter: count(filter + 1), row: Math.floor(position / lane.windows) + 1, column: (position % lane.windows) + 1,
      value: signed(lane.out[known][position]),
    })
  }

  paintAll(volume, maps) {
    volume.planes.forEach((plane, k) => {
      const map = maps[k % maps.length]
      volume.paint(k, (index) => map[Math.floor(index / map.length)][index % map.length])
    })
  }

  // A map that is being made is in front, those before it behind; of all at once the first is in front.
  paintOut(lane, volume, done, positions) {
    const front = lane.byPosition ? 0 : Math.min(Math.floor(Math.max(done - 1, 0) / positions), lane.filters - 1)
    volume.planes.forEach((plane, k) => {
      const filter = lane.byPosition ? k : front - k
      const ready = lane.byPosition ? Math.floor(done / lane.filters) : done - filter * positions
      const values = lane.out[filter % lane.out.length]
      volume.paint(k, (index) => (filter >= 0 && index < ready ? values[index] : null))
    })
  }

  linked(lane, part, filter, position) {
    const row = Math.floor(position / lane.windows)
    const column = position % lane.windows
    const reads = lane.separate ? lane.channels : lane.read[filter].length === lane.maps.length ? lane.channels : lane.read[filter].length
    const first = lane.separate ? 0 : lane.read[filter][0]
    const from = part.in.place(lane.starts[row], lane.starts[column], lane.kernel, lane.dilation, first, reads)
    const { cell, corner, depth } = part.out
    const x = corner.x + column * cell
    const y = corner.y + row * cell
    add(this.links, "rect", { x, y, width: cell, height: cell, class: "made" })
    if (lane.separate && part.out.planes.length > 1) {
      add(this.links, "rect", { x: x + depth.x, y: y + depth.y, width: cell, height: cell, class: "made far" })
      add(this.links, "line", { x1: x + cell, y1: y, x2: x + cell + depth.x, y2: y + depth.y, class: "made far" })
    }
    if (this.stage.clientWidth < NARROW) return
    const { left, right } = part.numbers
    this.curve(from, left)
    this.curve(right, { x: corner.x - 4, y: y + cell / 2 })
  }

  curve(from, to) {
    const middle = (from.x + to.x) / 2
    add(this.links, "path", { d: `M${from.x},${from.y} C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`, class: "link" })
  }

  go(step, playing = false) {
    if (!playing) this.pause()
    this.step = Math.min(Math.max(Math.round(step), 1), this.data.steps)
    this.draw()
    if (playing) return
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.tell(), QUIET)
  }

  tell() {
    if (this.step === (this.sent.at(-1) ?? this.data.at)) return
    this.sent.push(this.step)
    this.report(this.step)
  }

  toggle() {
    if (this.still.matches) this.go(this.step + 1)
    else if (this.timer) this.go(this.step)
    else this.play()
  }

  play() {
    if (this.step >= this.data.steps) this.step = 1
    this.begun = null
    this.told.setAttribute("aria-live", "off")
    this.timer = requestAnimationFrame((now) => this.tick(now))
    this.named()
  }

  tick(now) {
    if (!this.root.isConnected) return this.pause()
    this.begun ??= { now, step: this.step }
    const step = Math.floor(this.begun.step + ((now - this.begun.now) / 1000) * Number(this.speeds.value))
    if (step !== this.step) this.go(step, true)
    if (this.step >= this.data.steps) return this.go(this.data.steps)
    this.timer = requestAnimationFrame((later) => this.tick(later))
  }

  pause() {
    cancelAnimationFrame(this.timer)
    this.timer = null
    this.told.setAttribute("aria-live", "polite")
    if (this.data) this.named()
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".player")
  const player = players.get(root) ?? new Player(root)
  players.set(root, player)
  player.report = (step) => setTriggerValue("at", step)
  player.show(data)
}
