"""Spark sessions: an application whose executors sum the grams of a training."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark import SparkConf, SparkContext
from spark_tasks import SparkTasks

from doublebill.service.scaling.sharded_sums import ShardedSums
from doublebill.stores.objects import open_objects

NAME = "doublebill"

LOOPBACK = "127.0.0.1"


@contextmanager
def summing_of(url: str, objects_url: str, catalog: str, run: str) -> Iterator[tuple[ShardedSums, SparkTasks]]:
    """Gives the sums of an application, and its tasks; however it ends, nothing that the run wrote for them is left.

    `url` is `spark://local[2]`, for two executors in this process's machine, or `spark://` where the application was
    submitted and so has its executors.
    """
    master, conf = url.partition("://")[2], SparkConf().setAppName(NAME)
    if master:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the first `python3` of the PATH may be another one
        conf = conf.setMaster(master).set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
        conf = conf.set("spark.driver.host", LOOPBACK).set("spark.driver.bindAddress", LOOPBACK)
    objects = open_objects(objects_url)
    context = SparkContext(conf=conf)
    context.setLogLevel("ERROR")
    tasks = SparkTasks(context, objects_url)
    summing = ShardedSums(objects, tasks, catalog, run)
    try:
        yield summing, tasks
    finally:
        _stop(context)  # first, so that no task writes any more
        summing.clear()


def _stop(context: SparkContext) -> None:
    """Stops an application; by a thread, as this one's connection may have a call that a signal cut short."""
    stopping = threading.Thread(target=context.stop)
    stopping.start()
    stopping.join()
