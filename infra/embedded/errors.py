from infra.errors import XietongError


class EmbeddedError(XietongError):
    """内置服务器不能下载、启动或占用数据目录。"""

    code = "embedded-server"
    status = 503
    title_en = "An embedded server could not be fetched, started or given its data"
