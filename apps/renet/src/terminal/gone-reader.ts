/** Who reads may have seen enough (`… | head`). What is said from then on is said to nobody, and the work is done to its end. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
