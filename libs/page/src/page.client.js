/* Search while typing, and changes as they come. Without it the page says the same, to who loads it again. */
;(() => {
  'use strict'
  const said = document.getElementById('said')
  const live = document.getElementById('live')
  const form = document.getElementById('search')
  const field = document.getElementById('q')
  let loading = new AbortController()

  const isTyping = (element) => /^(?:input|textarea|select)$/i.test(element.tagName)

  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      event.preventDefault()
      field.focus()
      field.select()
    }
  })

  const tablesIn = (element) => [...element.querySelectorAll('.table')]

  /** The other rows are new to who looks, until the next change. */
  function markFresh(before, after) {
    const known = new Map([...before.querySelectorAll('[data-key]')].map((row) => [row.dataset.key, row.textContent]))
    for (const row of after.querySelectorAll('[data-key]'))
      if (known.get(row.dataset.key) !== row.textContent) row.classList.add('fresh')
  }

  /** Puts what is other in the place of what was, and leaves the focus where it is. */
  function show(next, isChange) {
    const content = document.getElementById('content')
    const coming = next.getElementById('content')
    const focused = content.contains(document.activeElement) ? document.activeElement : null
    const selector =
      focused &&
      (focused.id ? `#${focused.id}` : focused.href && `a[href="${CSS.escape(focused.getAttribute('href'))}"]`)
    const place = focused?.closest('section[id]')?.id
    const kept = new Map([...content.children].map((part) => [part.id, part]))
    const parts = [...coming.children].map((part) => {
      const old = kept.get(part.id)
      if (old?.isEqualNode(part)) return old
      const fresh = document.adoptNode(part)
      if (old && isChange) markFresh(old, fresh)
      return fresh
    })
    // What is the same stays in its place, so that who reads or selects there isn't disturbed.
    const scrolled = new Map(tablesIn(content).map((table) => [table.getAttribute('aria-label'), table.scrollLeft]))
    const before = [...content.children]
    if (before.length === parts.length && before.every(({ id }, index) => id === parts[index].id))
      before.forEach((part, index) => part !== parts[index] && part.replaceWith(parts[index]))
    else content.replaceChildren(...parts)
    for (const table of tablesIn(content)) table.scrollLeft = scrolled.get(table.getAttribute('aria-label')) ?? 0
    if (selector && !content.contains(document.activeElement))
      (document.getElementById(place) ?? content).querySelector(selector)?.focus({ preventScroll: true })
    document.title = next.title
  }

  async function load(url, isChange) {
    loading.abort()
    loading = new AbortController()
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, signal: loading.signal })
    if (!answer.ok) throw new Error(`${answer.status}`)
    show(new DOMParser().parseFromString(await answer.text(), 'text/html'), isChange)
  }

  async function search() {
    const url = new URL(form.action)
    for (const [name, value] of new FormData(form)) if (value.trim() !== '') url.searchParams.set(name, value.trim())
    try {
      await load(url, false)
      history.replaceState(null, '', url)
      said.textContent = document.getElementById('found')?.textContent ?? ''
    } catch (error) {
      if (error.name !== 'AbortError') location.assign(url)
    }
  }

  let typed
  field.addEventListener('input', () => {
    clearTimeout(typed)
    typed = setTimeout(search, 100)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(typed)
    void search()
  })

  /** Milliseconds. */
  const SOON = 2_000
  const LATE = 60_000

  /** Nobody is told what happens in a page that nobody sees; who comes back looks again. */
  let changes
  let again
  let pause = SOON
  let isLate = false
  function tell(state) {
    live.hidden = false
    live.textContent = state
  }
  const lookAgain = () => load(location.href, true).catch(() => undefined)
  function close() {
    clearTimeout(again)
    changes?.close()
  }
  function open() {
    close()
    changes = new EventSource('/changes')
    changes.onopen = () => {
      tell('Live')
      pause = SOON
      // What changed meanwhile nobody told.
      if (isLate) void lookAgain()
      isLate = false
    }
    changes.onerror = () => {
      tell('Not live: asking again …')
      isLate = true
      // A browser asks again by itself where the connection broke, and not where it was refused.
      if (changes.readyState !== EventSource.CLOSED) return
      again = setTimeout(open, pause)
      pause = Math.min(2 * pause, LATE)
    }
    changes.onmessage = ({ data }) => {
      load(location.href, true).then(
        () => (said.textContent = data),
        () => undefined,
      )
    }
  }
  document.addEventListener('visibilitychange', () => {
    close()
    if (document.hidden) return
    open()
    void lookAgain()
  })
  addEventListener('pagehide', close)
  open()
})()
