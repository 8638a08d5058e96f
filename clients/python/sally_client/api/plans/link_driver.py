from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.driver_link_shown import DriverLinkShown
from ...models.new_link import NewLink
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    load_driver_id: str,
    *,
    body: NewLink,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/driver-links/{load_driver_id}".format(load_driver_id=quote(str(load_driver_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DriverLinkShown | Problem | None:
    if response.status_code == 200:
        response_200 = DriverLinkShown.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())



        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DriverLinkShown | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    load_driver_id: str,
    *,
    client: AuthenticatedClient,
    body: NewLink,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[DriverLinkShown | Problem]:
    """ Link Driver

     Say whose hours a driver of the TMS has. It stays until somebody says otherwise.

    Args:
        load_driver_id (str): The driver's id at the TMS.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.
        body (NewLink): Whose hours the driver has.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DriverLinkShown | Problem]
     """


    kwargs = _get_kwargs(
        load_driver_id=load_driver_id,
body=body,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    load_driver_id: str,
    *,
    client: AuthenticatedClient,
    body: NewLink,
    x_sally_tenant: None | str | Unset = UNSET,

) -> DriverLinkShown | Problem | None:
    """ Link Driver

     Say whose hours a driver of the TMS has. It stays until somebody says otherwise.

    Args:
        load_driver_id (str): The driver's id at the TMS.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.
        body (NewLink): Whose hours the driver has.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DriverLinkShown | Problem
     """


    return sync_detailed(
        load_driver_id=load_driver_id,
client=client,
body=body,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    load_driver_id: str,
    *,
    client: AuthenticatedClient,
    body: NewLink,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[DriverLinkShown | Problem]:
    """ Link Driver

     Say whose hours a driver of the TMS has. It stays until somebody says otherwise.

    Args:
        load_driver_id (str): The driver's id at the TMS.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.
        body (NewLink): Whose hours the driver has.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DriverLinkShown | Problem]
     """


    kwargs = _get_kwargs(
        load_driver_id=load_driver_id,
body=body,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    load_driver_id: str,
    *,
    client: AuthenticatedClient,
    body: NewLink,
    x_sally_tenant: None | str | Unset = UNSET,

) -> DriverLinkShown | Problem | None:
    """ Link Driver

     Say whose hours a driver of the TMS has. It stays until somebody says otherwise.

    Args:
        load_driver_id (str): The driver's id at the TMS.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.
        body (NewLink): Whose hours the driver has.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DriverLinkShown | Problem
     """


    return (await asyncio_detailed(
        load_driver_id=load_driver_id,
client=client,
body=body,
x_sally_tenant=x_sally_tenant,

    )).parsed
